package dev.freshet.hub;

import dev.freshet.log.LogEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * The decision on topics whose node has not answered a probe in time. Thread-safe.
 *
 * <p>An answer may be in the store and not read here yet, or its node may have been unable to write. So a second probe is
 * appended. When this node's tail delivers it, the tail has delivered each answer that was written before. The topic is ended
 * if there is no answer, the second probe took no longer than half of the time for an answer, and since the first probe the
 * connection to the store was not broken and no entry was lost. Otherwise the node has a third of the lease from the second
 * probe on. A second probe that the store has not answered for as long as the lease is given up, and another one decides.
 */
final class LeaseEnds {
    private final TopicLeases leases;
    private final LeaseWriter writer;
    private final LongSupplier ticker;

    LeaseEnds(TopicLeases leases, LeaseWriter writer, LongSupplier ticker) {
        this.leases = leases;
        this.writer = writer;
        this.ticker = ticker;
    }

    void decide(List<DueTopics.Due> due) {
        List<DueTopics.Open> toAsk = new ArrayList<>();
        List<DueTopics.Due> silent = new ArrayList<>();
        for (DueTopics.Due each : due) {
            if (each.isOrphan()) {
                end(each.topic());
            } else {
                toAsk.add(each.topic());
                silent.add(each);
            }
        }
        if (toAsk.isEmpty()) {
            return;
        }
        long began = ticker.getAsLong();
        CompletableFuture<Void> read = writer.tell(
                LogEntry.Kind.PROBE, toAsk, () -> toAsk.forEach(topic -> leases.dueAgain(topic.lease.probed, topic)));
        if (read.isDone()) {
            decide(silent, began, !read.isCompletedExceptionally());
        } else {
            read.handleAsync( // not on the tail's thread
                    (v, failure) -> {
                        decide(silent, began, failure == null);
                        return v;
                    },
                    HubThreads.NON_BLOCKING);
        }
    }

    private void decide(List<DueTopics.Due> asked, long began, boolean isRead) {
        try {
            if (isRead) {
                decide(asked, began);
            }
        } finally {
            leases.decided(asked);
        }
    }

    private void decide(List<DueTopics.Due> asked, long began) {
        long took = ticker.getAsLong() - began;
        long disturbances = writer.disturbances();
        for (DueTopics.Due each : asked) {
            DueTopics.Open topic = each.topic();
            if (took > topic.lease.longestReadNanos() || disturbances != each.disturbances()) {
                if (leases.askedAgain(each, disturbances)) {
                    writer.askedAgain(topic, took);
                }
            } else if (leases.isSilent(each)) {
                end(topic);
            }
        }
    }

    private void end(DueTopics.Open topic) {
        writer.end(topic, () -> leases.remove(topic), () -> leases.dueAgain(topic.lease.probed, topic));
    }
}
