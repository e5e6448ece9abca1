package dev.freshet.log;

import dev.freshet.event.EventId;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A run of encoded events in one array: the bytes grow up from its start, the index grows down from its end, and it is
 * full where they would meet.
 *
 * <p><b>Ordering.</b> One writer at a time (the lock of {@link HubLog}), any number of readers, no locks. The writer
 * stores an event's bytes and its index entry with plain stores and then the new count with a release store; a reader
 * loads the count with acquire and looks at entries below it only. The release orders the plain stores before the
 * count, the acquire orders the reader's loads after it, so whoever sees the count sees the whole event. Bytes below
 * the count never change again.
 *
 * <p>Eviction drops the array and the link to the next segment, so that a cursor that stands here for ever pins nothing
 * but this small object. A reader that has loaded the array before keeps it alive through its own reference.
 */
final class Segment {
    /** Index entry: millis (8), sequence (8), end offset of the event's bytes (4), when it was written (4). */
    static final int ENTRY_BYTES = 24;

    private static final long MOST_MILLIS = (1L << Integer.SIZE) - 1;

    private static final byte[] NO_MEMORY = {};
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());
    private static final VarHandle COUNT;

    static {
        try {
            COUNT = MethodHandles.lookup().findVarHandle(Segment.class, "count", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final TopicLog log;

    /** Place in the topic's sequence of segments; a gap of more than one tells a cursor that it missed something. */
    final long ordinal;

    final int capacity;

    /** The uptime from which the index counts the milliseconds. */
    private final long since;

    private volatile byte @Nullable [] memory;
    private volatile @Nullable Segment next;

    @SuppressWarnings("unused") // through COUNT
    private int count;

    /** Neighbours in the hub's list of all segments, by when they were written to. Guarded by the lock of {@link HubLog}. */
    @Nullable
    Segment older;

    @Nullable
    Segment newer;

    Segment(TopicLog log, long ordinal, int capacity, long since) {
        this.log = log;
        this.ordinal = ordinal;
        this.capacity = capacity;
        this.since = since;
        this.memory = capacity == 0 ? NO_MEMORY : new byte[capacity];
    }

    /** How many events a reader may look at. */
    int count() {
        return (int) COUNT.getAcquire(this);
    }

    /** The memory, or null once evicted. */
    byte @Nullable [] memory() {
        return memory;
    }

    @Nullable
    Segment next() {
        return next;
    }

    boolean isEvicted() {
        return memory == null;
    }

    /** Writer only. */
    boolean fits(int bytes, long uptime) {
        byte[] m = memory;
        int n = count();
        return m != null
                && uptime - since <= MOST_MILLIS
                && (n == 0 ? 0 : end(m, n - 1)) + (long) bytes + (n + 1L) * ENTRY_BYTES <= capacity;
    }

    /** Writer only; the caller has asked {@link #fits}. */
    void append(long millis, long sequence, long uptime, byte[] head, byte[] tail, int tailLength) {
        byte[] m = memory;
        if (m == null) {
            throw new IllegalStateException("segment: evicted");
        }
        int n = count();
        int start = start(m, n);
        System.arraycopy(head, 0, m, start, head.length);
        System.arraycopy(tail, 0, m, start + head.length, tailLength);
        int entry = entry(n);
        LONG.set(m, entry, millis);
        LONG.set(m, entry + 8, sequence);
        INT.set(m, entry + 16, start + head.length + tailLength);
        INT.set(m, entry + 20, (int) (uptime - since));
        COUNT.setRelease(this, n + 1);
    }

    /** Writer only: no event will be appended here any more. */
    void link(Segment following) {
        next = following;
    }

    /** Writer only. The memory goes first: a reader that sees no link then also sees that the segment is evicted. */
    void evict() {
        memory = null;
        next = null;
    }

    int start(byte[] m, int index) {
        return index == 0 ? 0 : end(m, index - 1);
    }

    int end(byte[] m, int index) {
        return (int) INT.get(m, entry(index) + 16);
    }

    long millis(byte[] m, int index) {
        return (long) LONG.get(m, entry(index));
    }

    long sequence(byte[] m, int index) {
        return (long) LONG.get(m, entry(index) + 8);
    }

    /** The uptime at which it was written; never less than that of the one before. */
    long uptime(byte[] m, int index) {
        return since + Integer.toUnsignedLong((int) INT.get(m, entry(index) + 20));
    }

    /** The index of the first event in {@code [from, to)} with an id after the given one, or {@code to}. */
    int firstAfter(byte[] m, int from, int to, long millis, long sequence) {
        int low = from;
        int high = to;
        while (low < high) {
            int mid = (low + high) >>> 1;
            if (isAfter(millis(m, mid), sequence(m, mid), millis, sequence)) {
                high = mid;
            } else {
                low = mid + 1;
            }
        }
        return low;
    }

    /** The index of the first event that was written at that time or later, or the count. */
    int firstSince(byte[] m, int count, long uptime) {
        int low = 0;
        int high = count;
        while (low < high) {
            int mid = (low + high) >>> 1;
            if (uptime(m, mid) >= uptime) {
                high = mid;
            } else {
                low = mid + 1;
            }
        }
        return low;
    }

    EventId id(byte[] m, int index) {
        return new EventId(millis(m, index), sequence(m, index));
    }

    /** The end of the longest run from {@code from} that holds at most {@code maxBytes}, but at least one event. */
    int runEnd(byte[] m, int from, int to, int maxBytes) {
        int start = start(m, from);
        if (end(m, to - 1) - start <= maxBytes) {
            return to;
        }
        int low = from + 1;
        int high = to - 1;
        while (low < high) {
            int mid = (low + high + 1) >>> 1;
            if (end(m, mid - 1) - start <= maxBytes) {
                low = mid;
            } else {
                high = mid - 1;
            }
        }
        return low;
    }

    static boolean isAfter(long millis, long sequence, long otherMillis, long otherSequence) {
        return millis > otherMillis || (millis == otherMillis && sequence > otherSequence);
    }

    private int entry(int index) {
        return capacity - (index + 1) * ENTRY_BYTES;
    }
}
