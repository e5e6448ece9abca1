package dev.freshet.netty;

import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The places of open streams. A stream that ends leaves its place when its end begins, and is then among those that end: as
 * many again per address and per key, over which the oldest is cut off. Thread-safe.
 */
final class StreamLimits {
    private final StreamAdmission admission;
    private final Limits limits;
    /** Open ones by key, where the oldest makes room for the newest. */
    private final StreamsByName<StreamBase> open = new StreamsByName<>();

    private final StreamsByName<StreamBase> ending = new StreamsByName<>();

    StreamLimits(Limits limits) {
        this.limits = limits;
        this.admission =
                new StreamAdmission(limits.connections(), limits.connectionsPerAddress(), limits.connectionsPerKey());
    }

    /** Returns null where there are too many. */
    @Nullable
    Place admit(@Nullable SocketAddress client, @Nullable String key) {
        if (admission.isUnlimited()) {
            return Place.UNLIMITED;
        }
        StreamAdmission.Ticket ticket = admission.admit(client, key);
        while (ticket == null && key != null && limits.evictsOldest() && admission.isFull(key)) {
            StreamBase oldest = open.oldest(key);
            if (oldest == null) {
                return null;
            }
            StreamEnd.forLong(CloseReason.EVICTED, 1).begin(List.of(oldest));
            oldest.lease.leaveLimits(); // also where another is about to
            ticket = admission.admit(client, key);
        }
        return ticket == null ? null : new Place(this, ticket);
    }

    /** The place of one stream. */
    static final class Place {
        private static final Place UNLIMITED = new Place(null, null);

        private final @Nullable StreamLimits limits;
        private final StreamAdmission.@Nullable Ticket ticket;
        private final AtomicBoolean taken = new AtomicBoolean(true);

        private Place(@Nullable StreamLimits limits, StreamAdmission.@Nullable Ticket ticket) {
            this.limits = limits;
            this.ticket = ticket;
        }

        /** The stream is open. */
        void opened(StreamBase stream) {
            if (limits != null && ticket != null && ticket.key() != null && limits.limits.evictsOldest()) {
                limits.open.add(ticket.key(), stream);
                if (!taken.get()) {
                    limits.open.remove(ticket.key(), stream);
                }
            }
        }

        /** Any thread: its stream ends, or where there is none it has never begun. Idempotent. */
        void leave(@Nullable StreamBase stream) {
            if (limits == null || ticket == null || !taken.getAndSet(false)) {
                return;
            }
            ticket.giveBack();
            if (stream == null) {
                return;
            }
            if (ticket.key() != null) {
                limits.open.remove(ticket.key(), stream);
                limits.end(ticket.key(), stream, limits.limits.connectionsPerKey());
            }
            if (ticket.address() != null) {
                limits.end(ticket.address(), stream, limits.limits.connectionsPerAddress());
            }
        }

        /** The stream is closed. */
        void gone(StreamBase stream) {
            if (limits != null && ticket != null) {
                leave(null);
                if (ticket.key() != null) {
                    limits.open.remove(ticket.key(), stream);
                    limits.ending.remove(ticket.key(), stream);
                }
                if (ticket.address() != null) {
                    limits.ending.remove(ticket.address(), stream);
                }
            }
        }
    }

    private void end(Object name, StreamBase stream, int most) {
        if (ending.add(name, stream) > most) {
            StreamBase oldest = ending.oldest(name);
            if (oldest != null) {
                ending.remove(name, oldest);
                oldest.cutSoon();
            }
        }
    }
}
