package dev.freshet.examples.faults;

import static dev.freshet.examples.faults.Relays.awaitEvents;
import static dev.freshet.examples.faults.Relays.eventsBetween;

import dev.freshet.examples.NodeProcess;
import dev.freshet.fixtures.ChildJvm;
import dev.freshet.fixtures.CuttingProxy;
import dev.freshet.fixtures.CuttingProxy.Cut;
import dev.freshet.fixtures.RedisProcess;
import java.nio.file.Files;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** Faults of the stores. */
final class StoreFaults {
    /** How long Redis is frozen: longer than a beat of its clients. */
    private static final long FROZEN_NANOS = 1_500_000_000;

    /** The largest file that a relay may write, in blocks of 512 bytes. */
    private static final int MOST_BLOCKS = 400;

    private interface Redis {
        void fails(RedisProcess redis) throws Exception;
    }

    private StoreFaults() {}

    /** Redis is killed, and started again with its file. */
    static FaultRow redisKilled(Relays relays) throws Exception {
        return redis(relays, "SIGKILL of Redis, and restart", redis -> {
            redis.kill();
            redis.startAgain();
        });
    }

    /** Redis does not go on for a while. */
    static FaultRow redisFrozen(Relays relays) throws Exception {
        return redis(relays, "SIGSTOP of Redis", redis -> {
            Signal.STOP.to(redis.process());
            LockSupport.parkNanos(FROZEN_NANOS);
            Signal.CONT.to(redis.process());
        });
    }

    private static FaultRow redis(Relays relays, String fault, Redis fails) throws Exception {
        try (RedisProcess redis =
                        RedisProcess.start(relays.folder(), "--appendonly", "yes", "--appendfsync", "always");
                NodeProcess node = relays.start("--redis", redis.uri());
                FaultRun run = relays.run(fault, node, node.port())) {
            while (run.times() < FaultLengths.RESTARTS) {
                awaitEvents(run, eventsBetween(FaultLengths.RESTARTS));
                fails.fails(redis);
                run.happened();
            }
            awaitEvents(run, eventsBetween(FaultLengths.RESTARTS));
            return run.end();
        }
    }

    /** The connections of a relay to Redis are cut, also between an append and its reply. */
    static FaultRow cutsToRedis(Relays relays) throws Exception {
        Random random = new Random(FaultLengths.SEED);
        try (RedisProcess redis = RedisProcess.start(relays.folder());
                CuttingProxy proxy = CuttingProxy.before(redis.port());
                NodeProcess node = relays.start("--redis", "redis://127.0.0.1:" + proxy.port());
                FaultRun run = relays.run("connections to Redis cut", node, node.port())) {
            int cuts = 10 * FaultLengths.RESTARTS;
            while (run.times() < cuts) {
                awaitEvents(run, eventsBetween(cuts));
                proxy.cutOpenAfter(1 + random.nextInt(200), Cut.RST);
                int before = run.times();
                run.await("a cut", () -> {
                    run.happened(proxy.takeCutStreams().size());
                    return run.times() > before;
                });
            }
            proxy.cutNever();
            return run.end();
        }
    }

    /** A file cannot grow any more, so that a write of it is torn; then the relay is killed, and may write again. */
    static FaultRow filesFull(Relays relays) throws Exception {
        String files = Files.createTempDirectory(relays.folder(), "full").toString();
        AtomicBoolean isFull = new AtomicBoolean();
        try (NodeProcess node = relays.start(
                        builder -> isFull.get() ? ChildJvm.limited(builder, "-f " + MOST_BLOCKS) : builder,
                        "--store",
                        files);
                FaultRun run = relays.run("no room for a file, then SIGKILL", node, node.port())) {
            awaitEvents(run, eventsBetween(1));
            isFull.set(true);
            node.startAgainAfter(NodeProcess.End.SIGKILL);
            run.await("some events are not kept", () -> run.refused() > 100);
            run.happened();
            isFull.set(false);
            node.startAgainAfter(NodeProcess.End.SIGKILL);
            awaitEvents(run, eventsBetween(1));
            return run.end();
        }
    }
}
