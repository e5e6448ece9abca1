package dev.freshet.netty;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.List;

/**
 * The memory that waits in the sockets of one event loop's streams: each copy of a batch once, for as long as anybody writes
 * it, and what TLS has encrypted. A copy has one reference of its own here, so it is known to be free where there is no
 * other: most are when their pass ends, and the others are looked through in turn. Confined to the event loop.
 */
final class StreamUnsentBytes {
    /** What a copy takes beside its bytes, here and in the queues. */
    static final int COPY_BYTES = 256;

    /** How many copies are looked at when a pass ends; while there are too many bytes; and in a tick. */
    private static final int LOOKS = 64;

    private static final int MORE_LOOKS = 1 << 10;
    static final int MOST_LOOKS = 16 << 10;

    /** Times of what may wait: a time more than that for which {@link StreamRelief} loses its patience. */
    private static final int FULL = 3;

    private final ArrayDeque<ByteBuf> copies = new ArrayDeque<>();
    private long held;
    private long most;

    /** @param most of how many there are too many */
    StreamUnsentBytes(long most) {
        this.most = most;
    }

    /** Of how many there are too many from now on. */
    void most(long bytes) {
        most = bytes;
    }

    long held() {
        return held;
    }

    long most() {
        return most;
    }

    /** Whether there are too many. */
    boolean isOver() {
        return held > most;
    }

    /** Whether there are so many that who reads alone waits, too. */
    boolean isFull() {
        return held > FULL * most;
    }

    /** How many there are too many. */
    long excess() {
        return held - most;
    }

    /** Of encrypted bytes there are so many more, or fewer. */
    void changed(long by) {
        held += by;
    }

    /** A copy has been made. */
    void made(ByteBuf copy) {
        held += size(copy);
    }

    /** One that a single stream is about to write a part of; the copy is its own from now on. */
    void madeForOne(ByteBuf copy) {
        made(copy);
        copies.add(copy);
    }

    /** Its pass has ended: from now on the copies are its own who write them. */
    void keep(List<ByteBuf> made) {
        look(made.size() + (isOver() ? MORE_LOOKS : LOOKS));
        for (int i = 0; i < made.size(); i++) {
            keepIfWritten(made.get(i));
        }
    }

    /** Looks at so many of the copies, those first that were not looked at for longest. */
    void look(int count) {
        for (int left = Math.min(count, copies.size()); left > 0; left--) {
            keepIfWritten(copies.remove());
        }
    }

    private void keepIfWritten(ByteBuf copy) {
        if (copy.refCnt() > 1) {
            copies.add(copy);
        } else {
            release(copy);
        }
    }

    private void release(ByteBuf copy) {
        held -= size(copy);
        copy.release();
    }

    /** There is no stream any more. */
    void close() {
        copies.forEach(this::release);
        copies.clear();
    }

    private static int size(ByteBuf copy) {
        return copy.capacity() + COPY_BYTES;
    }
}
