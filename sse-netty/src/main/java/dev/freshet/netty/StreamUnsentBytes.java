package dev.freshet.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The count of bytes that wait in the sockets of one event loop's streams: each copy of a batch once, while any channel
 * holds it, and the bytes that TLS has encrypted. One reference of each copy is held here after the end of its pass. A
 * copy without another reference was written; it is released and no longer counted. Most are when their pass ends; the
 * others are checked in rotation. {@link #close} releases the rest. Confined to the event loop of its owner, except for
 * {@link #held}.
 */
final class StreamUnsentBytes {
    /** The overhead of a copy beside its bytes, here and in the queues. */
    static final int COPY_BYTES = 256;

    /** The numbers of copies that are checked when a pass ends; while the limit is exceeded; and in a tick. */
    private static final int CHECKS = 64;

    private static final int MORE_CHECKS = 1 << 10;
    static final int MOST_CHECKS = 16 << 10;

    /** A multiple of the limit: one more than that above which {@link StreamLoadShedding} closes streams sooner. */
    private static final int FULL = 3;

    private final ArrayDeque<ByteBuf> copies = new ArrayDeque<>();
    /** Written by the event loop alone, so neither an atomic addition nor a fence is needed. */
    private final AtomicLong held = new AtomicLong();

    private final EventLoop loop;
    private long most;

    /**
     * Creates the count.
     *
     * @param loop the event loop of the owner
     * @param most the limit in bytes
     */
    StreamUnsentBytes(EventLoop loop, long most) {
        this.loop = loop;
        this.most = most;
    }

    /** Returns whether the event loop of the owner calls. */
    boolean isConfined() {
        return loop.inEventLoop();
    }

    /** Sets the limit in bytes. */
    void most(long bytes) {
        assert isConfined();
        most = bytes;
    }

    /** Any thread: the bytes that wait. */
    long held() {
        return held.getOpaque();
    }

    long most() {
        return most;
    }

    /** Returns whether the limit is exceeded. */
    boolean isOver() {
        return held.getPlain() > most;
    }

    /** Returns whether the limit is exceeded so far that a stream which reads alone must wait, too. */
    boolean isFull() {
        return held.getPlain() > FULL * most;
    }

    /** Returns the bytes above the limit. */
    long excess() {
        return held.getPlain() - most;
    }

    /** Adds to the encrypted bytes, or subtracts if negative. */
    void changed(long by) {
        assert isConfined();
        held.setOpaque(held.getPlain() + by);
    }

    /** Counts a new copy. */
    void made(ByteBuf copy) {
        changed(size(copy));
    }

    /** Counts a new copy for a single stream, and takes over the caller's reference. */
    void madeForOne(ByteBuf copy) {
        assert isConfined();
        made(copy);
        copies.add(copy);
    }

    /** Takes over the references of a pass that has ended; releases the copies that no channel holds. */
    void keep(List<ByteBuf> made) {
        check(made.size() + (isOver() ? MORE_CHECKS : CHECKS));
        for (int i = 0; i < made.size(); i++) {
            keepUnlessWritten(made.get(i));
        }
    }

    /** Checks that many copies, the least recently checked first. */
    void check(int count) {
        assert isConfined();
        for (int left = Math.min(count, copies.size()); left > 0; left--) {
            keepUnlessWritten(copies.remove());
        }
    }

    private void keepUnlessWritten(ByteBuf copy) {
        if (copy.refCnt() > 1) {
            copies.add(copy);
        } else {
            release(copy);
        }
    }

    private void release(ByteBuf copy) {
        changed(-size(copy));
        copy.release();
    }

    /** Releases all copies, when no stream is left. */
    void close() {
        assert isConfined();
        copies.forEach(this::release);
        copies.clear();
    }

    private static int size(ByteBuf copy) {
        return copy.capacity() + COPY_BYTES;
    }
}
