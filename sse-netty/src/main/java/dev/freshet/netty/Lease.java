package dev.freshet.netty;

import dev.freshet.codec.EventEncoder;
import dev.freshet.log.Cursor;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a stream was granted: its attributes, its place among those that are limited, its place in the log, and its time.
 * The only owner of both places: who has a lease ends it on every way out. Confined to the channel's event loop, but for
 * the attributes.
 */
final class Lease {
    private static final Duration LONGEST = Duration.ofDays(365 * 100);

    private final StreamTerms terms;
    /** Null once it was given back. */
    private Admission.@Nullable Ticket ticket;

    private @Nullable Cursor cursor;

    private @Nullable ScheduledFuture<?> end;

    Lease(StreamTerms terms, Admission.Ticket ticket) {
        this.terms = terms;
        this.ticket = ticket;
    }

    @Nullable
    Object attribute(String name) {
        return terms.attributes().get(name);
    }

    /** Closes the cursor when it ends; one that took the place of another is the only one. */
    void keep(Cursor placed) {
        cursor = placed;
    }

    /** The stream is open. */
    void begin(OpenStream connection, Options options) {
        assert connection.channel.eventLoop().inEventLoop();
        if (ticket == null) {
            return; // ended as it opened
        }
        Instant expiresAt = terms.expiresAt();
        Duration left = expiresAt == null ? LONGEST : left(expiresAt);
        Duration life = options.maxLifetime() == null ? LONGEST : jittered(options.maxLifetime());
        if (expiresAt != null && left.compareTo(LONGEST) < 0 && left.compareTo(life) <= 0) {
            endAfter(left, connection, () -> EventEncoder.encode(new Expired(expiresAt).event()), CloseReason.EXPIRED);
        } else if (life.compareTo(LONGEST) < 0) {
            endAfter(life, connection, Engine::farewellRetry, CloseReason.LIFETIME);
        }
    }

    /** What is said then may wait for a slow client, but for no longer than one without progress would. */
    private void endAfter(Duration time, OpenStream connection, Supplier<byte[]> farewell, CloseReason why) {
        EventLoop loop = connection.channel.eventLoop();
        long patience = connection.group.options().writeTimeout().toNanos();
        end = loop.schedule(
                () -> {
                    connection.farewell(farewell.get(), why);
                    if (ticket != null) {
                        end = loop.schedule(() -> connection.closeNow(why), patience, TimeUnit.NANOSECONDS);
                    }
                },
                time.toNanos(),
                TimeUnit.NANOSECONDS);
    }

    /** The stream has ended, or none began. Idempotent. */
    void end() {
        if (end != null) {
            end.cancel(false);
        }
        if (ticket != null) {
            ticket.giveBack();
            ticket = null;
        }
        if (cursor != null) {
            cursor.close();
            cursor = null;
        }
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
