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
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.stream.Stream;

/** Faults of what relays run on: processes that stand still, packets, descriptors. */
final class HostFaults {
    private static final Duration SILENCE = Duration.ofSeconds(2);

    /** The descriptors of a relay that is to run out of them: more than the jars of its class path. */
    private static final int FEW = 300;

    /** What clients connect to: a process, which a signal can stop, and its port. */
    private record Side(Process process, int port) {}

    private HostFaults() {}

    /** Two relays stand still in turns, and their connections stay open: the clients notice, and go to the other one. */
    static FaultRow relayFrozen(Relays relays) throws Exception {
        try (RedisProcess redis = RedisProcess.start(relays.folder());
                NodeProcess published = relays.start("--redis", redis.uri(), "--heartbeat", "500ms");
                NodeProcess one = relays.start("--redis", redis.uri(), "--heartbeat", "500ms");
                NodeProcess other = relays.start("--redis", redis.uri(), "--heartbeat", "500ms")) {
            FaultSetting setting = relays.setting("SIGSTOP of relays in turns").silence(SILENCE);
            return inTurns(
                    setting,
                    published::port,
                    List.of(new Side(one.process(), one.port()), new Side(other.process(), other.port())));
        }
    }

    /** What clients connect through stands still: to the relay they are peers that neither read nor end. */
    static FaultRow peersFrozen(Relays relays) throws Exception {
        try (NodeProcess node = relays.start("--heartbeat", "500ms", "--retention-events", "50");
                Between one = Between.before(node.port());
                Between other = Between.before(node.port())) {
            FaultSetting setting =
                    relays.setting("SIGSTOP of the peers, retention is small").silence(SILENCE);
            return inTurns(
                    setting,
                    node::port,
                    List.of(new Side(one.process(), one.port()), new Side(other.process(), other.port())));
        }
    }

    /** Stops the side that all clients are at; they leave it for the other one, which is the next to be stopped. */
    private static FaultRow inTurns(FaultSetting setting, IntSupplier publishPort, List<Side> sides) throws Exception {
        AtomicInteger turn = new AtomicInteger();
        try (FaultRun run =
                new FaultRun(setting, publishPort, () -> side(sides, turn.get()).port())) {
            while (run.times() < FaultLengths.RESTARTS) {
                awaitEvents(run, eventsBetween(FaultLengths.RESTARTS));
                run.awaitProgress(1); // each client is there
                Recoveries before = Recoveries.of(run);
                Process stopped = side(sides, turn.get()).process();
                Signal.STOP.to(stopped);
                turn.incrementAndGet();
                before.awaitOneMoreOfEach(run);
                run.awaitProgress(100);
                Signal.CONT.to(stopped);
                run.happened();
            }
            return run.end();
        }
    }

    private static Side side(List<Side> sides, int turn) {
        return sides.get(turn % sides.size());
    }

    /** All packets between a relay and its clients are dropped, without notice to either, until each client has given up its stream. */
    static FaultRow packetsDropped(Relays relays) throws Exception {
        String fault = "packets dropped";
        if (!Machine.NAMESPACE.isExpected()) {
            return Machine.NAMESPACE.notRun(fault);
        }
        try (Namespace namespace = new Namespace();
                NodeProcess node =
                        relays.start(namespace::inside, "--host", namespace.address(), "--heartbeat", "500ms");
                CuttingProxy proxy = CuttingProxy.before(InetAddress.getByName(namespace.address()), node.port());
                FaultRun run = new FaultRun(relays.setting(fault).silence(SILENCE), proxy::port, proxy::port)) {
            while (run.times() < FaultLengths.RESTARTS) {
                awaitEvents(run, eventsBetween(FaultLengths.RESTARTS));
                run.awaitProgress(1); // each client has a stream
                Recoveries before = Recoveries.of(run);
                namespace.drop();
                run.await("each client gives up its stream", () -> run.clients().stream()
                        .noneMatch(FaultClient::isOpen));
                long dropped = namespace.pass();
                if (dropped == 0) {
                    throw new AssertionError(fault + ": 0 (expected: > 0 in each direction)");
                }
                before.awaitOneMoreOfEach(run);
                run.awaitProgress(100);
                run.happened();
            }
            return run.end();
        }
    }

    /** A relay has no descriptor for another connection, while all its clients are cut, and come back. */
    static FaultRow outOfDescriptors(Relays relays, String transport) throws Exception {
        String fault = "out of descriptors, " + transport;
        if (isOfIoUring(transport) && !Machine.IO_URING.isExpected()) {
            return Machine.IO_URING.notRun(fault);
        }
        List<Socket> idle = new ArrayList<>();
        try (NodeProcess node = startWithFew(relays, transport);
                CuttingProxy proxy = CuttingProxy.before(node.port());
                FaultRun run = relays.run(fault, node, proxy.port())) {
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

    private static boolean isOfIoUring(String transport) {
        return transport.toUpperCase(Locale.ROOT).equals(Machine.IO_URING.name());
    }

    private static NodeProcess startWithFew(Relays relays, String transport) throws IOException {
        try {
            return relays.start(
                    builder -> ChildJvm.limited(ChildJvm.inJars(builder, relays.folder()), "-n " + FEW),
                    "--transport",
                    transport,
                    "--event-loops",
                    "2");
        } catch (IOException e) {
            if (isOfIoUring(transport)) {
                throw new IOException(e.getMessage() + " (or " + Machine.IO_URING.without() + ")", e);
            }
            throw e;
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
