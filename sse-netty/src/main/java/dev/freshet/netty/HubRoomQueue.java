package dev.freshet.netty;

import java.util.ArrayDeque;

/**
 * The queue of streams that are idle and writable, but wait until fewer bytes wait in the sockets of their event loop.
 * No event of their channels resumes them: {@link #resume} does, called on the loop. They resume in their order, one at
 * each call if the limit is still exceeded. So the waiting bytes grow no faster than streams are closed for them, and
 * no stream waits forever for a slow one. Confined to the event loop.
 */
final class HubRoomQueue {
    private final StreamUnsentBytes unsent;
    private final ArrayDeque<HubStream> waiting = new ArrayDeque<>();

    HubRoomQueue(StreamUnsentBytes unsent) {
        this.unsent = unsent;
    }

    /** Adds a stream; once at a time. */
    void add(HubStream stream) {
        assert stream.channel.eventLoop().inEventLoop();
        if (!stream.drain.waitsForRoom) {
            stream.drain.waitsForRoom = true;
            waiting.add(stream);
        }
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /**
     * Resumes the streams while the limit permits, and in any case one that can write. Each is resumed at most once;
     * the rest waits after the deadline.
     */
    void resume(long deadline) {
        for (int left = waiting.size(); left > 0; left--) {
            HubStream stream = waiting.remove();
            stream.drain.waitsForRoom = false;
            boolean canWrite = canWrite(stream);
            try {
                resume(stream, canWrite);
            } catch (Throwable e) {
                stream.fail(e); // only this stream
            }
            if (canWrite && unsent.isFull() || System.nanoTime() - deadline > 0) {
                return;
            }
        }
    }

    /** Returns whether the stream can write: it is open, and nothing waits in its own socket. */
    private static boolean canWrite(HubStream stream) {
        return stream.open
                && stream.reason == null
                && !stream.aborted
                && StreamWriteProgress.mark(stream.channel) == StreamWriteProgress.NOTHING_WAITS;
    }

    private static void resume(HubStream stream, boolean canWrite) {
        if (!stream.open) {
            return;
        }
        if (stream.state != null) {
            stream.state.resume();
        } else if (canWrite) {
            stream.drain.resume();
        } else {
            stream.drain.alone(); // resumes when its socket has taken what waits
        }
    }
}
