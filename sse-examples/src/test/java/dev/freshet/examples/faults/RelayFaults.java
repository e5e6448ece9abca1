package dev.freshet.examples.faults;

import static dev.freshet.examples.faults.Relays.awaitEvents;
import static dev.freshet.examples.faults.Relays.eventsBetween;

import dev.freshet.examples.NodeProcess;
import dev.freshet.fixtures.CuttingProxy;
import dev.freshet.fixtures.CuttingProxy.Cut;
import dev.freshet.harness.RedisProcess;
import java.nio.file.Files;
import java.util.List;
import java.util.Random;

/**
 * Faults of relays in processes of their own. None but {@link #behind} waits for a client before the publishing has ended, so that a
 * relay that is broken has a row, too.
 */
final class RelayFaults {
    /** The events that a relay is behind another one, or clients are behind a relay. */
    private static final int AHEAD = 200;

    private RelayFaults() {}

    /** The streams are cut after a random number of bytes, again and again. */
    static FaultRow cuts(Relays relays) throws Exception {
        Random random = new Random(FaultLengths.SEED);
        try (NodeProcess node = relays.start("--event-loops", "1");
                CuttingProxy proxy = CuttingProxy.before(node.port());
                FaultRun run = relays.run("cut at random bytes", node, proxy.port())) {
            proxy.cutEachAfter(() -> 1 + random.nextInt(16 * 1024), Cut.RST);
            proxy.cutNow(Cut.FIN);
            awaitEvents(run, FaultLengths.EVENTS);
            proxy.cutNever();
            proxy.cutNow(Cut.FIN);
            run.cutAfter(proxy.takeCutStreams());
            awaitEvents(run, eventsBetween(2)); // to streams that are not cut any more
            return run.end();
        }
    }

    /** The clients stop reading until more is published than is retained. */
    static FaultRow stuck(Relays relays) throws Exception {
        try (NodeProcess node = relays.start("--event-loops", "1", "--retention-events", "50");
                CuttingProxy proxy = CuttingProxy.before(node.port());
                FaultRun run = relays.run("clients read nothing, retention is small", node, proxy.port())) {
            for (int i = 0; i < FaultLengths.RESTARTS; i++) {
                awaitEvents(run, eventsBetween(FaultLengths.RESTARTS));
                proxy.stall();
                run.publishFiller(64, 60_000); // more than the sockets hold
                awaitEvents(run, 500);
                proxy.resume();
                run.happened();
            }
            return run.end();
        }
    }

    /** The clients are away until more is published than is retained. */
    static FaultRow absent(Relays relays) throws Exception {
        try (NodeProcess node = relays.start("--event-loops", "1", "--retention-events", "50");
                CuttingProxy proxy = CuttingProxy.before(node.port());
                FaultRun run = relays.run("clients are away, retention is small", node, proxy.port())) {
            for (int i = 0; i < FaultLengths.RESTARTS; i++) {
                awaitEvents(run, eventsBetween(FaultLengths.RESTARTS));
                proxy.target(1); // where nobody listens
                proxy.cutNow(Cut.RST);
                awaitEvents(run, 500);
                proxy.target(node.port());
                run.happened();
            }
            return run.end();
        }
    }

    /** A relay with files ends, and starts again; every other time its clients are away before, and miss what only the files have. */
    static FaultRow restartsWithFiles(Relays relays, NodeProcess.End end) throws Exception {
        String files = Files.createTempDirectory(relays.folder(), "store").toString();
        try (NodeProcess node = relays.start("--store", files);
                CuttingProxy proxy = CuttingProxy.before(node.port());
                FaultRun run = relays.run(end + " and restart, files", node, proxy.port())) {
            while (run.times() < FaultLengths.RESTARTS) {
                awaitEvents(run, eventsBetween(FaultLengths.RESTARTS));
                if (run.times() % 2 == 0) {
                    proxy.target(1); // where nobody listens
                    proxy.cutNow(Cut.RST);
                    awaitEvents(run, AHEAD);
                }
                node.startAgainAfter(end);
                proxy.target(node.port());
                run.happened();
            }
            awaitEvents(run, eventsBetween(FaultLengths.RESTARTS));
            return run.end();
        }
    }

    /** A relay without a store ends, and starts again: each client is told. */
    static FaultRow restartsInMemory(Relays relays, NodeProcess.End end) throws Exception {
        try (NodeProcess node = relays.start()) {
            return restarts(relays, end + " and restart, in memory", List.of(node), end);
        }
    }

    /** Two relays on Redis end and start in turns: clients and publishers use whichever is there. */
    static FaultRow restartsOnRedis(Relays relays, NodeProcess.End end) throws Exception {
        try (RedisProcess redis = RedisProcess.start(relays.folder());
                NodeProcess one = relays.start("--redis", redis.uri());
                NodeProcess other = relays.start("--redis", redis.uri())) {
            return restarts(relays, end + " in turns, two nodes on Redis", List.of(one, other), end);
        }
    }

    private static FaultRow restarts(Relays relays, String fault, List<NodeProcess> nodes, NodeProcess.End end)
            throws Exception {
        Random random = new Random(FaultLengths.SEED);
        try (FaultRun run = new FaultRun(
                relays.setting(fault),
                () -> nodes.get(random.nextInt(nodes.size())).port(),
                () -> nodes.get(random.nextInt(nodes.size())).port())) {
            while (run.times() < FaultLengths.RESTARTS) {
                awaitEvents(run, eventsBetween(FaultLengths.RESTARTS));
                nodes.get(run.times() % nodes.size()).startAgainAfter(end);
                run.happened();
            }
            awaitEvents(run, eventsBetween(FaultLengths.RESTARTS));
            return run.end();
        }
    }

    /** Clients move to a relay that has not read yet what they have seen on another one. */
    static FaultRow behind(Relays relays) throws Exception {
        try (RedisProcess redis = RedisProcess.start(relays.folder());
                CuttingProxy toRedis = CuttingProxy.before(redis.port());
                NodeProcess ahead = relays.start("--redis", redis.uri());
                NodeProcess behind = relays.start("--redis", "redis://127.0.0.1:" + toRedis.port());
                CuttingProxy front = CuttingProxy.before(ahead.port());
                FaultRun run = relays.run("clients move to a relay that is behind", ahead, front.port())) {
            while (run.times() < FaultLengths.RESTARTS) {
                awaitEvents(run, eventsBetween(FaultLengths.RESTARTS));
                toRedis.stall();
                run.awaitProgress(AHEAD); // each client has seen what the other relay has not
                int before = front.accepted();
                front.target(behind.port());
                front.cutNow(Cut.RST);
                run.await("each client is there", () -> front.accepted() >= before + FaultLengths.CLIENTS);
                long received = received(run);
                awaitEvents(run, AHEAD / 4); // the relay waits for its store for two seconds, no longer
                boolean wasBehind = received(run) == received;
                toRedis.resume();
                run.awaitProgress(AHEAD); // from the relay that was behind
                front.target(ahead.port());
                front.cutNow(Cut.RST);
                if (wasBehind) {
                    run.happened();
                }
            }
            return run.end();
        }
    }

    private static long received(FaultRun run) {
        return run.clients().stream()
                .mapToLong(client -> client.check().received())
                .sum();
    }
}
