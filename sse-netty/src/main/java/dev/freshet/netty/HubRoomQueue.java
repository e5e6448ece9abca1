package dev.freshet.netty;

import java.util.ArrayDeque;

/**
 * The streams that wait until less waits in the sockets of their event loop. They go on in the order in which they came, one at
 * each look where it is still too much: so what waits grows no faster than streams are closed for it, and nobody waits for ever
 * for one who takes a long time over much. Confined to the event loop.
 */
final class HubRoomQueue {
    private final StreamUnsentBytes unsent;
    private final ArrayDeque<HubStream> waiting = new ArrayDeque<>();

    HubRoomQueue(StreamUnsentBytes unsent) {
        this.unsent = unsent;
    }

    /** Adds a stream; once at a time. */
    void add(HubStream stream) {
        if (!stream.drain.waitsForRoom) {
            stream.drain.waitsForRoom = true;
            waiting.add(stream);
        }
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Lets those go on for whom there is room, and one in any case that can; until the deadline, and each once. */
    void resume(long deadline) {
        for (int left = waiting.size(); left > 0; left--) {
            HubStream stream = waiting.remove();
            stream.drain.waitsForRoom = false;
            boolean isTurn = isTurn(stream);
            try {
                resume(stream, isTurn);
            } catch (Throwable e) {
                stream.fail(e); // and harm no other
            }
            if (isTurn && unsent.isFull() || System.nanoTime() - deadline > 0) {
                return;
            }
        }
    }

    /** Whether it has anything from one: not where its own socket takes nothing, or where it has ended. */
    private static boolean isTurn(HubStream stream) {
        return stream.open
                && stream.reason == null
                && !stream.aborted
                && StreamWriteProgress.mark(stream.channel) == StreamWriteProgress.NOTHING_WAITS;
    }

    private static void resume(HubStream stream, boolean isTurn) {
        if (!stream.open) {
            return;
        }
        if (stream.state != null) {
            stream.state.inTurn();
        } else if (isTurn) {
            stream.drain.inTurn();
        } else {
            stream.drain.alone(); // when its socket has taken what waits
        }
    }
}
