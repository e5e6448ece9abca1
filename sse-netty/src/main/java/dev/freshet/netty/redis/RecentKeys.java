package dev.freshet.netty.redis;

import dev.freshet.event.EventId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What became of the last appends, by their publish keys. Confined to the appender's thread. */
final class RecentKeys {
    private static final int MOST = 65_536;

    private final Map<String, CompletableFuture<EventId>> byKey = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, CompletableFuture<EventId>> eldest) {
            return size() > MOST;
        }
    };

    /** Has those that are retries get what becomes of the first; the others are left. */
    List<Pending> firsts(List<Pending> taken) {
        List<Pending> firsts = new ArrayList<>(taken.size());
        for (Pending pending : taken) {
            CompletableFuture<EventId> earlier = byKey.putIfAbsent(pending.key(), pending.appended());
            if (earlier == null) {
                firsts.add(pending);
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
        return firsts;
    }

    /** It was not kept: the next with its key is a first. */
    void forget(List<Pending> notKept) {
        notKept.forEach(pending -> byKey.remove(pending.key()));
    }

    /** It was kept, as was learnt when nobody waited any more. */
    void learn(Pending kept, EventId id) {
        byKey.replace(kept.key(), CompletableFuture.completedFuture(id));
    }
}
