package dev.freshet.netty;

import dev.freshet.log.Cursor;
import dev.freshet.log.CursorLag;
import dev.freshet.log.Snapshot;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The resources of one stream: its attributes, its permit of the limits, its cursor, the snapshot before that, and the
 * timer of its end. The lease is their only owner, so the holder of a lease ends it on every way out. Confined to the
 * channel's event loop, except for the methods that say otherwise and those that read constants.
 */
final class StreamLease {
    private static final Duration LONGEST = Duration.ofDays(365 * 100);

    private final StreamOrigin origin;
    private final StreamTerms terms;
    private final StreamLimits.Permit permit;
    /** The stream that has the lease; null before there is one. */
    private volatile @Nullable StreamBase stream;

    private @Nullable Cursor cursor;

    /** The snapshot that the stream writes before it reads the log, or null. */
    private @Nullable Snapshot snapshot;

    private @Nullable ScheduledFuture<?> timer;

    /**
     * Creates a lease without a stream.
     *
     * @param origin the endpoint and protocol of the stream, with the endpoint's options
     */
    StreamLease(StreamOrigin origin, StreamTerms terms, StreamLimits.Permit permit) {
        this.origin = origin;
        this.terms = terms;
        this.permit = permit;
    }

    /** Returns the options of the endpoint. */
    StreamOptions options() {
        return origin.options();
    }

    /** Returns the endpoint and protocol of the stream. */
    StreamOrigin origin() {
        return origin;
    }

    /** Returns the key of the stream, or null. */
    @Nullable
    String key() {
        return terms.key();
    }

    /** Any thread: returns the lag of the cursor; none before there is one, and after the end. */
    CursorLag lag() {
        Cursor placed = cursor;
        return placed == null ? CursorLag.NONE : placed.lag();
    }

    @Nullable
    Object attribute(String name) {
        return terms.attributes().get(name);
    }

    void grant(StreamBase to) {
        assert to.channel.eventLoop().inEventLoop();
        stream = to;
    }

    /** Takes over the cursor, the only one that is open for the stream, and closes it at the end. */
    void keep(Cursor placed) {
        assert isConfined();
        cursor = placed;
    }

    /** Takes over the snapshot, and releases it at the end unless {@link #releaseSnapshot} has. */
    void keep(Snapshot placed) {
        assert isConfined();
        snapshot = placed;
    }

    /** Releases the snapshot, once it is written or will not be. Idempotent. */
    void releaseSnapshot() {
        assert isConfined();
        if (snapshot != null) {
            snapshot.release();
            snapshot = null;
        }
    }

    /** Called when the stream is open: starts the time until its end. */
    void begin(StreamBase opened, StreamOptions options) {
        assert opened.channel.eventLoop().inEventLoop();
        if (!opened.open || opened.end != null) {
            return; // ended while it opened
        }
        permit.opened(opened);
        Instant expiresAt = terms.expiresAt();
        Duration remaining = expiresAt == null ? LONGEST : remaining(expiresAt, options.clock());
        Duration life = options.maxLifetime() == null ? LONGEST : jittered(options.maxLifetime());
        if (expiresAt != null && remaining.compareTo(LONGEST) < 0 && remaining.compareTo(life) <= 0) {
            StreamEnd expired = StreamEnd.of(CloseReason.EXPIRED, 1).withLast(StreamTerms.expired(expiresAt));
            endAfter(remaining, opened, () -> expired.begin(List.of(opened)));
        } else if (life.compareTo(LONGEST) < 0) {
            endAfter(life, opened, () -> StreamEnd.of(CloseReason.LIFETIME, 1).begin(List.of(opened)));
        }
    }

    /** Schedules the action, instead of the one that was scheduled before. */
    void endAfter(Duration time, StreamBase ending, Runnable action) {
        assert ending.channel.eventLoop().inEventLoop();
        if (timer != null) {
            timer.cancel(false);
        }
        timer = ending.channel.eventLoop().schedule(action, time.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Called on any thread: releases the permit of the limits, when the end of the stream begins. Idempotent. */
    void leaveLimits() {
        permit.release(stream);
    }

    /** Ends the lease, when the stream has ended or none has begun. Idempotent. */
    void end() {
        assert isConfined();
        if (timer != null) {
            timer.cancel(false);
        }
        StreamBase ended = stream;
        if (ended == null) {
            permit.release(null);
        } else {
            permit.closed(ended);
        }
        if (cursor != null) {
            cursor.close();
            cursor = null;
        }
        releaseSnapshot();
    }

    private boolean isConfined() {
        StreamBase holder = stream;
        return holder == null || holder.channel.eventLoop().inEventLoop();
    }

    private static Duration remaining(Instant expiresAt, InstantSource clock) {
        Instant now = clock.instant();
        if (expiresAt.isAfter(now.plus(LONGEST))) {
            return LONGEST;
        }
        return expiresAt.isBefore(now) ? Duration.ZERO : Duration.between(now, expiresAt);
    }

    /** Returns 80 to 100 percent of the lifetime, so that clients that connected together do not leave together. */
    private static Duration jittered(Duration life) {
        long fifth = Math.max(1, life.toNanos() / 5);
        return life.minusNanos(ThreadLocalRandom.current().nextLong(fifth));
    }
}
