package dev.freshet.examples.load.scenario;

import dev.freshet.examples.load.client.Target;
import dev.freshet.examples.load.server.ByHandServer;
import dev.freshet.examples.load.server.ServerProcess;
import dev.freshet.netty.Transport;
import java.time.Duration;
import java.util.List;

/**
 * Small runs in plain HTTP/1.1 against a server in this process. Without them, a short run measures the compilation of
 * this process.
 */
public final class WarmUp {

    private static final int CONNECTIONS = 100;
    private static final int EVENTS = 200;
    private static final int SIZE = 128;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private WarmUp() {}

    /** Makes runs for so long. */
    public static void run(Duration length, Progress progress) {
        if (length.isZero()) {
            return;
        }
        long end = System.nanoTime() + length.toNanos();
        Work work = new Work(Scenario.BURST, CONNECTIONS, CONNECTIONS, 1, length, EVENTS, SIZE, 0, 1, PATIENCE);
        ServerProcess unknown = new ServerProcess(List.of());
        progress.title("warming up, ");
        try (ByHandServer server = ByHandServer.start("127.0.0.1", 0, 1, Transport.AUTO, null)) {
            Target target =
                    Target.of(List.of("http://127.0.0.1:" + server.address().getPort()), List.of(), List.of(), 1);
            do {
                Load.run(target, work, unknown, progress, Duration.ZERO);
            } while (System.nanoTime() - end < 0);
        }
        progress.title("");
    }
}
