package dev.freshet.examples.faults;

import static dev.freshet.examples.faults.Relays.awaitEvents;
import static dev.freshet.examples.faults.Relays.eventsBetween;

import dev.freshet.examples.NodeProcess;
import dev.freshet.fixtures.CuttingProxy;
import dev.freshet.fixtures.CuttingProxy.Cut;
import dev.freshet.harness.ChildJvm;
import dev.freshet.harness.RedisProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Faults of the stores. */
final class StoreFaults {
    /** How long Redis is frozen: longer than a beat of its clients. */
    private static final long FROZEN_NANOS = 1_500_000_000;

    /** The unit of a shell's limit of files. */
    private static final int BLOCK_BYTES = 512;

    /** How much more a file may grow that is to be full. */
    private static final int ROOM_BLOCKS = 16;

    /** The events that are refused until a file is full: small ones still find room for a while. */
    private static final int REFUSED = 100;

    /** Above the room that is left then: less than an event takes. */
    private static final int LEFT_BYTES = 256;

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

    /**
     * The file that is written to cannot grow any more, so that a write of it is torn; then the relay is killed, and may write again.
     */
    static FaultRow filesFull(Relays relays) throws Exception {
        Path files = Files.createTempDirectory(relays.folder(), "full");
        AtomicLong most = new AtomicLong(); // bytes; 0 for no limit
        try (NodeProcess node = relays.start(
                        builder ->
                                most.get() == 0 ? builder : ChildJvm.limited(builder, "-f " + most.get() / BLOCK_BYTES),
                        "--store",
                        files.toString());
                FaultRun run = relays.run("no room for a file, then SIGKILL", node, node.port())) {
            awaitEvents(run, eventsBetween(1));
            node.end(NodeProcess.End.SIGKILL);
            long blocks = newestBytes(files) / BLOCK_BYTES + ROOM_BLOCKS;
            most.set(blocks * BLOCK_BYTES);
            node.start();
            int before = run.refused();
            run.await(
                    "events are not kept for want of room",
                    () -> run.refused() > before + REFUSED && most.get() - newestBytes(files) < LEFT_BYTES);
            run.happened();
            most.set(0);
            node.startAgainAfter(NodeProcess.End.SIGKILL);
            awaitEvents(run, eventsBetween(1));
            return run.end();
        }
    }

    /** Returns the length of the segment that is written to; what a torn write has left there is cut off. */
    private static long newestBytes(Path files) {
        try (Stream<Path> all = Files.list(files)) {
            Path newest = all.filter(file -> file.toString().endsWith(".segment"))
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
            return Files.size(newest);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
