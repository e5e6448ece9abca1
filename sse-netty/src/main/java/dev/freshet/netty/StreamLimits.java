package dev.freshet.netty;

import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The limits of open streams. A stream leaves its place when its end begins, and is then counted among the ending
 * ones. As many of these again are permitted by address and by key; above that the oldest is cut off. Thread-safe.
 */
final class StreamLimits {
    private final StreamAdmission admission;
    private final Limits limits;
    /** The open streams by key, where the newest evicts the oldest. */
    private final StreamsByName<StreamBase> open = new StreamsByName<>();

    private final StreamsByName<StreamBase> ending = new StreamsByName<>();

    StreamLimits(Limits limits) {
        this.limits = limits;
        this.admission =
                new StreamAdmission(limits.connections(), limits.connectionsPerAddress(), limits.connectionsPerKey());
    }

    /** Returns the place of one more stream, or null where a limit is reached. */
    @Nullable
    Permit admit(@Nullable SocketAddress client, @Nullable String key) {
        if (admission.isUnlimited()) {
            return Permit.UNLIMITED;
        }
        StreamAdmission.Ticket ticket = admission.admit(client, key);
        while (ticket == null && key != null && limits.evictsOldest() && admission.isFull(key)) {
            StreamBase oldest = open.oldest(key);
            if (oldest == null) {
                return null;
            }
            StreamEnd.forLong(CloseReason.EVICTED, 1).begin(List.of(oldest));
            oldest.lease.leaveLimits(); // also where another thread has begun its end
            ticket = admission.admit(client, key);
        }
        return ticket == null ? null : new Permit(this, ticket);
    }

    /** The place of one stream. */
    static final class Permit {
        private static final Permit UNLIMITED = new Permit(null, null);

        private final @Nullable StreamLimits limits;
        private final StreamAdmission.@Nullable Ticket ticket;
        private final AtomicBoolean taken = new AtomicBoolean(true);

        private Permit(@Nullable StreamLimits limits, StreamAdmission.@Nullable Ticket ticket) {
            this.limits = limits;
            this.ticket = ticket;
        }

        /** Called when the stream is open. */
        void opened(StreamBase stream) {
            if (limits != null && ticket != null && ticket.key() != null && limits.limits.evictsOldest()) {
                limits.open.add(ticket.key(), stream);
                if (!taken.get()) {
                    limits.open.remove(ticket.key(), stream);
                }
            }
        }

        /**
         * Any thread: leaves the place, when the end of the stream begins, or with null where none has begun.
         * Idempotent.
         */
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
                limits.addEnding(ticket.key(), stream, limits.limits.connectionsPerKey());
            }
            if (ticket.address() != null) {
                limits.addEnding(ticket.address(), stream, limits.limits.connectionsPerAddress());
            }
        }

        /** Called when the stream is closed. */
        void closed(StreamBase stream) {
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

    private void addEnding(Object name, StreamBase stream, int most) {
        if (ending.add(name, stream) > most) {
            StreamBase oldest = ending.oldest(name);
            if (oldest != null) {
                ending.remove(name, oldest);
                oldest.cutSoon();
            }
        }
    }
}
