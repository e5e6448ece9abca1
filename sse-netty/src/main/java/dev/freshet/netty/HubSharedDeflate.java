package dev.freshet.netty;

import dev.freshet.event.EventId;
import dev.freshet.log.Batch;
import dev.freshet.log.Cursor;
import dev.freshet.log.TopicLog;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * The compression of the batches of some topics, once for all streams of one event loop that follow them. Each batch is
 * a unit, compressed with reference to the units before it. A stream is in step while it writes all units and nothing
 * else: then its client's window is the compressor's. Every {@value #UNITS} units, and after a second of silence, a unit
 * is a keyframe, which refers to nothing: any stream may write it next, and is in step from then on. A stream that is
 * not in step writes blocks that refer to nothing, and no unit but a keyframe.
 *
 * <p>The latest units are kept, until a silence, for the streams that read them later than others, as in a pass that was
 * interrupted. Confined to the loop.
 */
final class HubSharedDeflate {
    static final int UNITS = 32;

    private static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** The most units that are kept: each may hold the memory of a segment that the log has evicted. */
    private static final int KEPT = 8;

    /** The most bytes of lines in the units that are kept. */
    private static final int KEPT_BYTES = 128 << 10;

    private final HubDeflaters deflaters;
    private final Set<TopicLog> logs;

    /** The number of streams that follow the topics; set by {@link HubDeflaters}. */
    int members;

    /** Null before the first unit and after a silence; then the next unit is a keyframe. */
    private @Nullable Deflater deflater;

    /** The position of the last event in the latest unit. */
    private @Nullable EventId last;

    /** The number of the latest unit; that of the latest keyframe. */
    private long number;

    private long keyframe;

    /** Whether the compressor's window is that of the clients in step: not after a unit that could not be made. */
    private boolean isIntact = true;

    private long lastNanos;

    private final @Nullable HubDeflateUnit[] kept = new HubDeflateUnit[KEPT];
    /** The number of the oldest unit that is kept. */
    private long oldest = 1;

    private int keptBytes;

    HubSharedDeflate(HubDeflaters deflaters, Set<TopicLog> logs) {
        this.deflaters = deflaters;
        this.logs = logs;
    }

    Set<TopicLog> logs() {
        return logs;
    }

    HubDeflaters deflaters() {
        return deflaters;
    }

    /** Returns whether no unit was made for a time, so that the next one is a keyframe. */
    boolean isSilent(long now) {
        return now - lastNanos >= SILENT_NANOS;
    }

    /**
     * Returns the batch of a kept unit that a stream may write next, or null.
     *
     * @param step the number of the unit that the stream has written last, below 0 if it is not in step
     */
    @Nullable
    Batch next(Cursor cursor, long step) {
        HubDeflateUnit unit = keptAfter(step);
        return unit != null && cursor.isNext(unit.batch()) ? unit.batch() : null;
    }

    private @Nullable HubDeflateUnit keptAfter(long step) {
        long next = step < 0 ? keyframe : step + 1;
        return next < oldest || next > number ? null : kept[(int) (next % KEPT)];
    }

    /**
     * Returns the unit of a batch for a stream, made now if the stream is the first one to write it; or null if the
     * stream may not write it, or it has none.
     *
     * @param step as above
     */
    @Nullable
    HubDeflateUnit unit(HubBatchCopy copy, long step) {
        assert deflaters.eventLoop().inEventLoop();
        HubDeflateUnit unit = copy.unit(this);
        if (unit == null) {
            unit = keptAfter(step);
            if (unit == null || unit.batch() != copy.batch) {
                unit = append(copy, step);
            }
            if (unit != null) {
                copy.add(unit);
            }
        }
        return unit != null && (unit.isKeyframe() || unit.number() == step + 1) ? unit : null;
    }

    private @Nullable HubDeflateUnit append(HubBatchCopy copy, long step) {
        long now = EventLoops.nanoTime(deflaters.eventLoop());
        boolean isKeyframe = deflater == null || !isIntact || number - keyframe == UNITS - 1 || isSilent(now);
        Deflater used = isKeyframe ? begin(copy.batch, now) : step == number ? deflater : null;
        if (used == null) {
            return null;
        }
        isIntact = false;
        HubGzipBlock block = deflaters.deflate(used, copy);
        HubDeflateUnit unit = new HubDeflateUnit(this, number + 1, isKeyframe, copy.batch, block);
        EventId position = copy.batch.lastId();
        isIntact = true; // nothing fails behind this
        number++;
        keyframe = isKeyframe ? number : keyframe;
        last = position;
        lastNanos = now;
        keep(unit);
        return unit;
    }

    /**
     * Returns the compressor for a keyframe, or null if the batch is of a stream that is behind the others, or there is
     * no compressor.
     */
    private @Nullable Deflater begin(Batch batch, long now) {
        if (last != null && batch.lastId().compareTo(last) <= 0) {
            return null;
        }
        if (deflater == null) {
            deflater = deflaters.take(this, now);
        }
        if (deflater != null) {
            deflater.reset();
        }
        return deflater;
    }

    private void keep(HubDeflateUnit unit) {
        int bytes = unit.block().length();
        while (oldest < number && (keptBytes + bytes > KEPT_BYTES || number - oldest == KEPT)) {
            dropOldest();
        }
        if (bytes > KEPT_BYTES) {
            oldest = number + 1;
        } else {
            kept[(int) (number % KEPT)] = unit;
            keptBytes += bytes;
        }
    }

    private void dropOldest() {
        int index = (int) (oldest++ % KEPT);
        HubDeflateUnit unit = kept[index];
        kept[index] = null;
        keptBytes -= unit == null ? 0 : unit.block().length();
    }

    /** Drops the units that are kept; returns the compressor, which the caller then owns, or null. */
    @Nullable
    Deflater release() {
        while (oldest <= number) {
            dropOldest();
        }
        Deflater released = deflater;
        deflater = null;
        return released;
    }
}
