package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.harness.RedisProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Relays in processes of their own that end and come back while publishers and subscribers move between them. How many events,
 * subscribers and seconds: by system properties, for longer runs.
 */
@Tag("cluster")
class RelayNodesTest {
    private static final int PUBLISHERS = 3;
    private static final int EVENTS_OF_EACH = Integer.getInteger("freshet.cluster.events", 15_000) / PUBLISHERS;
    private static final int SUBSCRIBERS = Integer.getInteger("freshet.cluster.subscribers", 20);
    private static final int RESTARTS = Integer.getInteger("freshet.cluster.restarts", 4);
    private static final Duration BETWEEN = Duration.ofMillis(Integer.getInteger("freshet.cluster.millis", 500));
    private static final Duration OUTAGE = Duration.ofMillis(Integer.getInteger("freshet.cluster.outage", 1_000));

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private static List<NodeProcess> nodes(RedisProcess redis) throws Exception {
        List<NodeProcess> nodes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            nodes.add(NodeProcess.start("relay", "--redis", redis.uri(), "--redis-key", "events"));
        }
        return nodes;
    }

    /** Ends one node after the other and starts it again, until all is published, or so often. */
    private static int restart(RelayFleet fleet, List<NodeProcess> nodes, NodeProcess.End end) throws Exception {
        int ended = 0;
        while (ended < RESTARTS && (!fleet.awaitPublished(BETWEEN) || ended < nodes.size())) {
            nodes.get(ended++ % nodes.size()).startAgainAfter(end);
        }
        return ended;
    }

    private static void assertWhole(RelayFleet fleet, String what) throws Exception {
        List<Integer> counts = fleet.end();
        List<String> all = fleet.order().all();
        System.out.println(what + ": " + fleet.acknowledged().size() + " acknowledged, " + all.size()
                + " delivered to each of " + counts.size() + ", " + fleet.cuts() + " cuts, away " + fleet.away());
        assertThat(fleet.resets()).isEmpty();
        assertThat(fleet.order().broken()).isEmpty();
        assertThat(counts).containsOnly(all.size());
        assertThat(all).doesNotHaveDuplicates();
        Set<String> lost = new HashSet<>(fleet.acknowledged());
        assertThat(lost).hasSizeGreaterThan(PUBLISHERS * EVENTS_OF_EACH / 2);
        lost.removeAll(new HashSet<>(all)); // not containsAll, which compares each with each
        assertThat(lost).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void whatIsAcknowledgedIsDeliveredOnceInOneOrderWhateverNodeEnds(NodeProcess.End end) throws Exception {
        try (RedisProcess redis = RedisProcess.start(folder)) {
            List<NodeProcess> nodes = nodes(redis);
            try (RelayFleet fleet = new RelayFleet(nodes, PUBLISHERS, EVENTS_OF_EACH)) {
                fleet.start(SUBSCRIBERS);
                int ended = restart(fleet, nodes, end);
                assertWhole(fleet, "three nodes on Redis, " + end + " " + ended + " times");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void oneNodeWithFilesLosesNothingByARestart(NodeProcess.End end) throws Exception {
        List<NodeProcess> nodes = List.of(NodeProcess.start("relay", "--store", folder.toString()));
        try (RelayFleet fleet = new RelayFleet(nodes, PUBLISHERS, EVENTS_OF_EACH)) {
            fleet.start(SUBSCRIBERS);
            int ended = restart(fleet, nodes, end);
            assertWhole(fleet, "one node with files, " + end + " " + ended + " times");
        }
    }

    @Test
    void whileRedisIsAwayNobodyIsCutAndNothingAcknowledgedIsLost() throws Exception {
        try (RedisProcess redis = RedisProcess.start(folder, "--appendonly", "yes", "--appendfsync", "always")) {
            List<NodeProcess> nodes = nodes(redis);
            try (RelayFleet fleet = new RelayFleet(nodes, PUBLISHERS, EVENTS_OF_EACH)) {
                fleet.start(SUBSCRIBERS);
                fleet.awaitPublished(BETWEEN);
                redis.stop();
                fleet.awaitPublished(OUTAGE);
                redis.startAgain();
                assertWhole(fleet, "Redis away for " + OUTAGE);
                assertThat(fleet.cuts()).isZero();
            }
        }
    }
}
