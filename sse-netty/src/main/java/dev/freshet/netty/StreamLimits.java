package dev.freshet.netty;

import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The limits of open streams. A stream releases its permit when its end begins, and is then counted among the ending
 * ones. By address and by key, as many streams may be ending as may be open; above that the oldest is cut off.
 * Thread-safe.
 */
final class StreamLimits {
    private final StreamAdmission admission;
    private final Limits limits;
    /** The open streams by key, if the newest evicts the oldest. */
    private final StreamsByName<StreamBase> open = new StreamsByName<>();

    private final StreamsByName<StreamBase> ending = new StreamsByName<>();

    StreamLimits(Limits limits) {
        this.limits = limits;
        this.admission =
                new StreamAdmission(limits.connections(), limits.connectionsPerAddress(), limits.connectionsPerKey());
    }

    /** Returns the permit of one more stream, or null if a limit is reached. */
    @Nullable
    Permit admit(@Nullable SocketAddress client, @Nullable String key) {
        if (admission.isUnlimited()) {
            return Permit.UNLIMITED;
        }
        StreamAdmission.Permit permit = admission.admit(client, key);
        while (permit == null && key != null && limits.evictsOldest() && admission.isFull(key)) {
            StreamBase oldest = open.oldest(key);
            if (oldest == null) {
                return null;
            }
            StreamEnd.forLong(CloseReason.EVICTED, 1).begin(List.of(oldest));
            oldest.lease.leaveLimits(); // even if another thread has begun its end
            permit = admission.admit(client, key);
        }
        return permit == null ? null : new Permit(this, permit);
    }

    /** The permit of one stream. */
    static final class Permit {
        private static final Permit UNLIMITED = new Permit(null, null);

        private final @Nullable StreamLimits limits;
        private final StreamAdmission.@Nullable Permit permit;
        private final AtomicBoolean taken = new AtomicBoolean(true);

        private Permit(@Nullable StreamLimits limits, StreamAdmission.@Nullable Permit permit) {
            this.limits = limits;
            this.permit = permit;
        }

        /** Called when the stream is open. */
        void opened(StreamBase stream) {
            if (limits != null && permit != null && permit.key() != null && limits.limits.evictsOldest()) {
                limits.open.add(permit.key(), stream);
                if (!taken.get()) {
                    limits.open.remove(permit.key(), stream);
                }
            }
        }

        /**
         * Called on any thread: releases the permit, when the end of the stream begins, or with null if no stream has
         * begun. Idempotent.
         */
        void release(@Nullable StreamBase stream) {
            if (limits == null || permit == null || !taken.getAndSet(false)) {
                return;
            }
            permit.release();
            if (stream == null) {
                return;
            }
            if (permit.key() != null) {
                limits.open.remove(permit.key(), stream);
                limits.addEnding(permit.key(), stream, limits.limits.connectionsPerKey());
            }
            if (permit.address() != null) {
                limits.addEnding(permit.address(), stream, limits.limits.connectionsPerAddress());
            }
        }

        /** Called when the stream is closed. */
        void closed(StreamBase stream) {
            if (limits != null && permit != null) {
                release(null);
                if (permit.key() != null) {
                    limits.open.remove(permit.key(), stream);
                    limits.ending.remove(permit.key(), stream);
                }
                if (permit.address() != null) {
                    limits.ending.remove(permit.address(), stream);
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
