package dev.freshet.examples.faults;

import static dev.freshet.examples.faults.Relays.awaitEvents;
import static dev.freshet.examples.faults.Relays.eventsBetween;

import dev.freshet.examples.NodeProcess;
import dev.freshet.fixtures.ChildJvm;
import dev.freshet.fixtures.CuttingProxy;
import dev.freshet.fixtures.CuttingProxy.Cut;
import dev.freshet.fixtures.RedisProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Faults of what relays run on: processes that stand still, packets, descriptors. */
final class HostFaults {
    private static final Duration SILENCE = Duration.ofSeconds(2);

    /** How long packets are dropped: longer than the clients bear silence. */
    private static final long DROPPED_NANOS = SILENCE.toNanos() * 3 / 2;

    /** The descriptors of a relay that is to run out of them: more than the jars of its class path. */
    private static final int FEW = 300;

    private HostFaults() {}

    /** One of two relays stands still, and its connections stay open: its clients notice, and go to the other one. */
    static FaultRow relayFrozen(Relays relays) throws Exception {
        try (RedisProcess redis = RedisProcess.start(relays.folder());
                NodeProcess whole = relays.start("--redis", redis.uri(), "--heartbeat", "500ms");
                NodeProcess frozen = relays.start("--redis", redis.uri(), "--heartbeat", "500ms")) {
            AtomicInteger turn = new AtomicInteger();
            FaultSetting setting =
                    relays.setting("SIGSTOP of one of two relays").silence(SILENCE);
            try (FaultRun run = new FaultRun(
                    setting, whole::port, () -> turn.incrementAndGet() % 2 == 0 ? whole.port() : frozen.port())) {
                while (run.times() < FaultLengths.RESTARTS) {
                    awaitEvents(run, eventsBetween(FaultLengths.RESTARTS));
                    Signal.STOP.to(frozen.process());
                    run.awaitProgress(100);
                    Signal.CONT.to(frozen.process());
                    run.happened();
                }
                return run.end();
            }
        }
    }

    /** What half of the clients connect through stands still: to the relay they are peers that neither read nor end. */
    static FaultRow peersFrozen(Relays relays) throws Exception {
        try (NodeProcess node = relays.start("--heartbeat", "500ms", "--retention-events", "50")) {
            Process between = ChildJvm.of(ChildJvm.SHORT_LIVED, Between.class, Integer.toString(node.port()))
                    .start();
            try (BufferedReader out =
                    new BufferedReader(new InputStreamReader(between.getInputStream(), StandardCharsets.UTF_8))) {
                int port = Integer.parseInt(out.readLine());
                AtomicInteger turn = new AtomicInteger();
                FaultSetting setting = relays.setting("SIGSTOP of the peers, retention is small")
                        .silence(SILENCE);
                try (FaultRun run =
                        new FaultRun(setting, node::port, () -> turn.incrementAndGet() % 2 == 0 ? node.port() : port)) {
                    while (run.times() < FaultLengths.RESTARTS) {
                        awaitEvents(run, eventsBetween(FaultLengths.RESTARTS));
                        Signal.STOP.to(between);
                        run.awaitProgress(100);
                        Signal.CONT.to(between);
                        run.happened();
                    }
                    return run.end();
                }
            } finally {
                between.destroyForcibly().waitFor();
            }
        }
    }

    /** A proxy in a process of its own. */
    static final class Between {
        private Between() {}

        /** Starts a proxy before a port, says its own, and lives until it is killed. */
        public static void main(String[] port) throws Exception {
            try (CuttingProxy proxy = CuttingProxy.before(Integer.parseInt(port[0]))) {
                System.out.println(proxy.port());
                Thread.currentThread().join();
            }
        }
    }

    /** All packets between a relay and its clients are dropped for a while, without notice to either. */
    static FaultRow packetsDropped(Relays relays) throws Exception {
        if (!Namespace.isExpected()) {
            return FaultRow.notRun("packets dropped");
        }
        int times = Math.max(1, FaultLengths.RESTARTS / 3);
        try (Namespace namespace = new Namespace();
                NodeProcess node =
                        relays.start(namespace::inside, "--host", namespace.address(), "--heartbeat", "500ms");
                CuttingProxy proxy = CuttingProxy.before(InetAddress.getByName(namespace.address()), node.port());
                FaultRun run =
                        new FaultRun(relays.setting("packets dropped").silence(SILENCE), proxy::port, proxy::port)) {
            while (run.times() < times) {
                awaitEvents(run, eventsBetween(times));
                namespace.drop();
                LockSupport.parkNanos(DROPPED_NANOS);
                namespace.pass();
                run.happened();
                run.awaitProgress(100);
            }
            return run.end();
        }
    }

    /** A relay has no descriptor for another connection, while all its clients are cut, and come back. */
    static FaultRow outOfDescriptors(Relays relays, String transport) throws Exception {
        List<Socket> idle = new ArrayList<>();
        String option = transport.toLowerCase(Locale.ROOT);
        try (NodeProcess node = relays.start(
                        builder -> ChildJvm.limited(ChildJvm.inJars(builder, relays.folder()), "-n " + FEW),
                        "--transport",
                        option,
                        "--event-loops",
                        "2");
                CuttingProxy proxy = CuttingProxy.before(node.port());
                FaultRun run = relays.run("out of descriptors, " + option, node, proxy.port())) {
            while (run.times() < FaultLengths.RESTARTS) {
                awaitEvents(run, eventsBetween(FaultLengths.RESTARTS));
                for (int i = 0; i < 2 * FEW; i++) {
                    idle.add(new Socket(InetAddress.getLoopbackAddress(), node.port()));
                }
                run.await("no descriptor is left", () -> descriptors(node.process()) >= FEW - 1);
                proxy.cutNow(Cut.RST);
                awaitEvents(run, eventsBetween(FaultLengths.RESTARTS));
                close(idle);
                run.awaitProgress(10);
                run.happened();
            }
            return run.end();
        } finally {
            close(idle);
        }
    }

    private static void close(List<Socket> sockets) throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        sockets.clear();
    }

    private static long descriptors(Process process) {
        try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
            return open.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
