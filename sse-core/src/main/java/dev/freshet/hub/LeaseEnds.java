package dev.freshet.hub;

import dev.freshet.log.LogEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * The decision on topics whose node has not responded to a probe in time. Thread-safe.
 * <p>A response may be in the store without having been read here, or the node may have been unable to write. Therefore
 * a second probe is appended. Once this node's tail has delivered it, the tail has delivered each response that was
 * written before. The topic is ended if there is no response, the second probe took no longer than half of the time for
 * a response, and since the first probe the connection to the store was not broken and no entry was lost. Otherwise the
 * node has a third of the lease from the second probe on. A second probe whose append has not completed within the
 * lease is given up, and another one decides.
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
        List<DueTopics.Open> toProbe = new ArrayList<>();
        List<DueTopics.Due> unanswered = new ArrayList<>();
        for (DueTopics.Due each : due) {
            if (each.isOrphan()) {
                end(each.topic());
            } else {
                toProbe.add(each.topic());
                unanswered.add(each);
            }
        }
        if (toProbe.isEmpty()) {
            return;
        }
        long began = ticker.getAsLong();
        CompletableFuture<Void> read = writer.write(
                LogEntry.Kind.PROBE,
                toProbe,
                () -> toProbe.forEach(topic -> leases.dueAgain(topic.lease.probed, topic)));
        if (read.isDone()) {
            decide(unanswered, began, !read.isCompletedExceptionally());
        } else {
            read.whenCompleteAsync( // not on the tail's thread
                    (v, failure) -> decide(unanswered, began, failure == null), HubThreads.BLOCKING);
        }
    }

    private void decide(List<DueTopics.Due> probed, long began, boolean isRead) {
        try {
            if (isRead) {
                decide(probed, began);
            }
        } finally {
            leases.decided(probed);
        }
    }

    private void decide(List<DueTopics.Due> probed, long began) {
        long took = ticker.getAsLong() - began;
        long disturbances = writer.disturbances();
        for (DueTopics.Due each : probed) {
            DueTopics.Open topic = each.topic();
            if (took > topic.lease.longestReadNanos() || disturbances != each.disturbances()) {
                if (leases.probedAgain(each, disturbances)) {
                    writer.warnProbedAgain(topic, took);
                }
            } else if (leases.isUnanswered(each)) {
                end(topic);
            }
        }
    }

    private void end(DueTopics.Open topic) {
        writer.end(topic, () -> leases.remove(topic), () -> leases.dueAgain(topic.lease.probed, topic));
    }
}
