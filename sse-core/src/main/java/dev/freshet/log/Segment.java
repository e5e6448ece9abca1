package dev.freshet.log;

import dev.freshet.event.EventId;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A run of encoded events in one array. The bytes grow up from its start and the index grows down from its end; the
 * segment is full if they would meet.
 *
 * <p><b>Ordering.</b> There is one writer at a time, under the lock of {@link HubLog}, and any number of readers
 * without a lock. The writer stores the bytes of an event and its index entry with plain stores, and then the new count
 * with a release store. A reader loads the count with acquire, and reads only entries below it. The release orders the
 * plain stores before the count, and the acquire orders the reader's loads after it, so a reader that sees the count
 * sees the whole event. Bytes below the count do not change. {@code PublicationStress} tests this with jcstress.
 *
 * <p>Eviction drops the array and the link to the next segment. A cursor that is never read again therefore keeps only
 * this small object in memory. A reader that has loaded the array before keeps it through its own reference. See {@link
 * TopicCursor} for the order.
 */
final class Segment {
    /**
     * The bytes of an index entry: millis (8), sequence (8), end offset of the event's bytes (4), time of writing (4).
     */
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

    /** The number of this segment in its topic. A gap in the numbers shows a cursor that it has missed events. */
    final long ordinal;

    final int capacity;

    /** The number of events that were appended to the log before this segment. */
    final long eventsBefore;

    /** Their encoded bytes. */
    final long bytesBefore;

    /** The uptime in milliseconds that the index counts from. */
    private final long since;

    private volatile byte @Nullable [] memory;
    private volatile @Nullable Segment next;

    @SuppressWarnings("unused") // through COUNT
    private int count;

    /** The neighbours in {@link SegmentsByAge}. Guarded by the lock of {@link HubLog}. */
    @Nullable
    Segment older;

    @Nullable
    Segment newer;

    /** Creates the first segment of a log, without a predecessor. */
    Segment(TopicLog log, long ordinal, int capacity, long since) {
        this(log, ordinal, capacity, since, 0, 0);
    }

    private Segment(TopicLog log, long ordinal, int capacity, long since, long eventsBefore, long bytesBefore) {
        this.log = log;
        this.ordinal = ordinal;
        this.capacity = capacity;
        this.since = since;
        this.eventsBefore = eventsBefore;
        this.bytesBefore = bytesBefore;
        this.memory = capacity == 0 ? NO_MEMORY : new byte[capacity];
    }

    /**
     * Returns a new segment for the events after those of this one, which is not evicted and gets no more events.
     * Called by the writer only.
     *
     * @param step the difference of their ordinals
     */
    Segment following(int step, int bytes, long uptime) {
        byte[] m = memory;
        if (m == null) {
            throw new IllegalStateException("segment: evicted");
        }
        int n = count();
        return new Segment(log, ordinal + step, bytes, uptime, eventsBefore + n, bytesBefore + start(m, n));
    }

    /** Returns the number of events that a reader may read. */
    int count() {
        return (int) COUNT.getAcquire(this);
    }

    /** Returns the array, or null once the segment is evicted. */
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

    /** Returns whether an event of this length fits. Called by the writer only. */
    boolean fits(int bytes, long uptime) {
        byte[] m = memory;
        int n = count();
        return m != null
                && uptime - since <= MOST_MILLIS
                && (n == 0 ? 0 : end(m, n - 1)) + (long) bytes + (n + 1L) * ENTRY_BYTES <= capacity;
    }

    /** Appends an event, in two parts, for which {@link #fits} has returned true. Called by the writer only. */
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

    /** Sets the next segment, after the last event of this one was appended. Called by the writer only. */
    void link(Segment following) {
        next = following;
    }

    /**
     * Drops the array and then the link. Called by the writer only, after the log's head has moved on. A reader that
     * finds no link because of this call also finds that the segment is evicted.
     */
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

    /** Returns the uptime at which an event was written; never less than that of the event before. */
    long uptime(byte[] m, int index) {
        return since + Integer.toUnsignedLong((int) INT.get(m, entry(index) + 20));
    }

    /** Returns the index of the first event in {@code [from, to)} with an id after the given one, or {@code to}. */
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

    /** Returns the index of the first event that was written at this uptime or later, or the count. */
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

    /** Returns the end of the longest run from {@code from} of at most {@code maxBytes}, but of at least one event. */
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
