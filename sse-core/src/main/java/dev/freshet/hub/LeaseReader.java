package dev.freshet.hub;

import dev.freshet.event.EventId;
import dev.freshet.log.HubLog;
import dev.freshet.store.StoredEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The reader of the entries about started topics that the tail of a store delivers, for {@link TopicLeases}. Thread-safe. */
final class LeaseReader {
    private final TopicLeases leases;
    private final LeaseWriter writer;
    private final LeaseTasks tasks;
    private final HubLog log;

    LeaseReader(TopicLeases leases, LeaseWriter writer, LeaseTasks tasks, HubLog log) {
        this.leases = leases;
        this.writer = writer;
        this.tasks = tasks;
        this.log = log;
    }

    /** Records a topic that was started, possibly before the first entry of the store. */
    void startedBefore(String topic, EventId start) {
        log.startedBefore(topic, start);
        TopicLease lease = leases.of(topic);
        if (lease != null) {
            leases.update(lease, topic);
        }
    }

    /** Records an entry that the tail has delivered and the logs have. */
    void delivered(StoredEntry entry) {
        switch (entry.kind()) {
            case START, LAST, REMOVAL -> {
                TopicLease lease = leases.of(entry.topic());
                if (lease != null) {
                    leases.update(lease, entry.topic());
                }
            }
            case EVENT, URGENT -> {
                EventId start = entry.start();
                TopicLease lease = start == null ? null : leases.of(entry.topic());
                if (lease != null && start != null && !leases.renewed(lease, entry.topic(), start)) {
                    leases.update(lease, entry.topic());
                }
            }
            case RENEWAL, PROBE -> deliveredOfMany(entry);
        }
    }

    /** Records a renewal or a probe of topics of this node or of others. */
    private void deliveredOfMany(StoredEntry entry) {
        List<DueTopics.Open> toRenew = new ArrayList<>();
        long disturbances = entry.kind() == StoredEntry.Kind.PROBE ? writer.disturbances() : 0;
        try {
            for (LeasedTopics.Leased each : LeasedTopics.read(entry.body())) {
                TopicLease lease = leases.of(each.topic());
                boolean isKnown = lease != null
                        && (entry.kind() == StoredEntry.Kind.PROBE
                                ? leases.probed(lease, each, disturbances, toRenew)
                                : leases.renewed(lease, each.topic(), each.start()));
                if (!isKnown) {
                    startedBefore(each.topic(), each.start());
                }
            }
        } catch (IOException e) {
            writer.warnMalformed(entry, e);
        }
        if (!toRenew.isEmpty()) {
            tasks.renew(toRenew); // not on the tail's thread
        }
    }
}
