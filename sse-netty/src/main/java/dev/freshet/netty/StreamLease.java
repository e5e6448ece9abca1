package dev.freshet.netty;

import dev.freshet.log.Cursor;
import dev.freshet.log.Snapshot;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a stream was granted: its attributes, its place among those that are limited, its place in the log and the
 * snapshot before that, and its time.
 * The only owner of these: who has a lease ends it on every way out. Confined to the channel's event loop, but for
 * the attributes and {@link #leaveLimits}.
 */
final class StreamLease {
    private static final Duration LONGEST = Duration.ofDays(365 * 100);

    private final StreamOptions options;
    private final StreamTerms terms;
    private final StreamLimits.Place place;
    /** Whose it is; null before there is one. */
    private volatile @Nullable StreamBase stream;

    private @Nullable Cursor cursor;

    /** That the stream is to write first, or null. */
    private @Nullable Snapshot snapshot;

    private @Nullable ScheduledFuture<?> end;

    /** @param options of the endpoint */
    StreamLease(StreamOptions options, StreamTerms terms, StreamLimits.Place place) {
        this.options = options;
        this.terms = terms;
        this.place = place;
    }

    /** Those of its endpoint. */
    StreamOptions options() {
        return options;
    }

    @Nullable
    Object attribute(String name) {
        return terms.attributes().get(name);
    }

    void grant(StreamBase to) {
        stream = to;
    }

    /** Closes the cursor when it ends; one that took the place of another is the only one. */
    void keep(Cursor placed) {
        cursor = placed;
    }

    /** And releases this. */
    void keep(Snapshot placed) {
        snapshot = placed;
    }

    /** It is written, or will not be. Idempotent. */
    void releaseSnapshot() {
        if (snapshot != null) {
            snapshot.release();
            snapshot = null;
        }
    }

    /** The stream is open. */
    void begin(StreamBase connection, StreamOptions options) {
        assert connection.channel.eventLoop().inEventLoop();
        if (!connection.open || connection.end != null) {
            return; // ended as it opened
        }
        place.opened(connection);
        Instant expiresAt = terms.expiresAt();
        Duration left = expiresAt == null ? LONGEST : left(expiresAt);
        Duration life = options.maxLifetime() == null ? LONGEST : jittered(options.maxLifetime());
        if (expiresAt != null && left.compareTo(LONGEST) < 0 && left.compareTo(life) <= 0) {
            StreamEnd expired = StreamEnd.of(CloseReason.EXPIRED, 1);
            StreamEnd told = expired.withLast(StreamTerms.expired(expiresAt));
            endAfter(left, connection, () -> told.begin(List.of(connection)));
        } else if (life.compareTo(LONGEST) < 0) {
            endAfter(life, connection, () -> StreamEnd.of(CloseReason.LIFETIME, 1)
                    .begin(List.of(connection)));
        }
    }

    /** Instead of what was to be done before. */
    void endAfter(Duration time, StreamBase connection, Runnable action) {
        assert connection.channel.eventLoop().inEventLoop();
        if (end != null) {
            end.cancel(false);
        }
        end = connection.channel.eventLoop().schedule(action, time.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Any thread: the stream ends, and is none of those any more that are limited. Idempotent. */
    void leaveLimits() {
        place.leave(stream);
    }

    /** The stream has ended, or none began. Idempotent. */
    void end() {
        if (end != null) {
            end.cancel(false);
        }
        StreamBase ended = stream;
        if (ended == null) {
            place.leave(null);
        } else {
            place.gone(ended);
        }
        if (cursor != null) {
            cursor.close();
            cursor = null;
        }
        releaseSnapshot();
    }

    private static Duration left(Instant expiresAt) {
        Instant now = Instant.now();
        if (expiresAt.isAfter(now.plus(LONGEST))) {
            return LONGEST;
        }
        return expiresAt.isBefore(now) ? Duration.ZERO : Duration.between(now, expiresAt);
    }

    /** 80 to 100 percent, so that those who came together do not leave together. */
    private static Duration jittered(Duration life) {
        long fifth = Math.max(1, life.toNanos() / 5);
        return life.minusNanos(ThreadLocalRandom.current().nextLong(fifth));
    }
}
