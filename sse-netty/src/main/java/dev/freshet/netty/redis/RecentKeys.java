package dev.freshet.netty.redis;

import dev.freshet.event.EventId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The publish keys of the latest appends, with their results. Confined to the appender's thread. */
final class RecentKeys {
    private static final int MOST = 65_536;

    private final OwnThread own = new OwnThread();
    private final Map<String, CompletableFuture<EventId>> byKey = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, CompletableFuture<EventId>> eldest) {
            return size() > MOST;
        }
    };

    /** Returns the appends that are not retries. A retry has the result of the append with the same key. */
    List<Pending> withoutRetries(List<Pending> taken) {
        assert own.isCurrent();
        List<Pending> appends = new ArrayList<>(taken.size());
        for (Pending pending : taken) {
            CompletableFuture<EventId> earlier = byKey.putIfAbsent(pending.key(), pending.appended());
            if (earlier == null) {
                appends.add(pending);
            } else {
                earlier.whenComplete((id, failure) -> {
                    if (failure == null) {
                        pending.appended().complete(id);
                    } else {
                        pending.appended().completeExceptionally(failure);
                    }
                });
            }
        }
        return appends;
    }

    /** Removes the keys of appends that Redis does not keep. The next append with such a key is not a retry. */
    void forget(List<Pending> failed) {
        assert own.isCurrent();
        failed.forEach(pending -> byKey.remove(pending.key()));
    }

    /** Stores the id of an append that timed out before Redis acknowledged it. */
    void putLate(Pending kept, EventId id) {
        assert own.isCurrent();
        byKey.replace(kept.key(), CompletableFuture.completedFuture(id));
    }
}
