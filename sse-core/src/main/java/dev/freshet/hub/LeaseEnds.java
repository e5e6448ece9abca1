package dev.freshet.hub;

import dev.freshet.log.LogEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * Decides on topics whose nodes were asked and have not answered in time. Thread-safe.
 *
 * <p>An answer may be in the store and not read here yet, or its node may have been unable to write. So the node is asked once more: when
 * this node's tail brings that question, it has brought each answer that was written before. The topic is ended if there is none, the
 * question took no longer than between two looks, and the way to the store was not broken since the first question. Otherwise the
 * node has its third of the time from this question on.
 */
final class LeaseEnds {
    /** A topic that is due, as it was under the lock of the leases. */
    record Due(OpenTopics.Open topic, boolean isOrphan, long heard, long disturbances) {
        Due(OpenTopics.Open topic) {
            this(topic, topic.isOrphan, topic.heard, topic.disturbances);
        }
    }

    private final TopicLeases leases;
    private final LeaseWriter writer;
    private final LongSupplier ticker;

    LeaseEnds(TopicLeases leases, LeaseWriter writer, LongSupplier ticker) {
        this.leases = leases;
        this.writer = writer;
        this.ticker = ticker;
    }

    void decide(List<Due> due) {
        List<OpenTopics.Open> toAsk = new ArrayList<>();
        List<Due> silent = new ArrayList<>();
        for (Due each : due) {
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
            read.thenRun(() -> decide(silent, began));
        } else {
            read.thenRunAsync(() -> decide(silent, began), LeaseTimer.APPENDING); // not on the tail's thread
        }
    }

    private void decide(List<Due> asked, long began) {
        long took = ticker.getAsLong() - began;
        long disturbances = writer.disturbances();
        for (Due each : asked) {
            OpenTopics.Open topic = each.topic();
            if (took > topic.lease.longestReadNanos() || disturbances != each.disturbances()) {
                writer.askedAgain(topic, took);
                leases.askedAgain(topic, each.heard(), disturbances);
            } else if (leases.isSilent(topic, each.heard())) {
                end(topic);
            }
        }
    }

    private void end(OpenTopics.Open topic) {
        writer.end(topic, () -> leases.remove(topic), () -> leases.dueAgain(topic.lease.probed, topic));
    }
}
