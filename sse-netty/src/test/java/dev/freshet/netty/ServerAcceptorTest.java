package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.harness.ChildJvm;
import dev.freshet.hub.SseHub;
import dev.freshet.logging.FallbackLog;
import dev.freshet.logging.LogText;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A process without a file descriptor left for the next connection. Covers {@link ServerUringAccept}. */
class ServerAcceptorTest extends ServerFixture {
    /** More than the jars of the class path, of which each that is open takes one, and than the process itself needs. */
    private static final int FEW = 200;

    /** Between two there is a pause; without one there are as many in a moment. */
    private static final int MOST_FAILURES = 100;

    /** Publishes a line for each that it reads, until there are no more. */
    static final class Main {
        private Main() {}

        public static void main(String[] args) throws Exception {
            SseHub hub = SseHub.create();
            SseServer server = local().transport(Transport.valueOf(args[0]))
                    .eventLoops(2)
                    .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                    .start();
            BufferedReader in = new BufferedReader(new java.io.InputStreamReader(System.in));
            // Their classes are loaded while there is a descriptor for it.
            assertThat(server.stats().failedAccepts()).isZero();
            hub.publish("other", SseEvent.of("x"));
            Class.forName(FallbackLog.class.getName());
            Class.forName(LogText.class.getName());
            loadAll();
            System.out.println("port " + server.address().getPort());
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                hub.publish("t", SseEvent.of(line));
                System.out.println(server.stats().failedAccepts());
            }
            System.exit(0);
        }

        /** Of a folder of classes, each of which is a file to open; a jar is open already. */
        private static void loadAll() throws Exception {
            Path classes = Path.of(SseServer.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            if (Files.isDirectory(classes)) {
                String name = SseServer.class.getPackageName();
                try (Stream<Path> files = Files.list(classes.resolve(name.replace('.', '/')))) {
                    for (Path file : files.toList()) {
                        load(name, file.getFileName().toString());
                    }
                }
            }
        }

        private static void load(String name, String file) throws ClassNotFoundException {
            if (file.endsWith(".class") && !file.startsWith("package-info")) {
                try {
                    Class.forName(name + '.' + file.substring(0, file.length() - ".class".length()));
                } catch (LinkageError e) {
                    // for another Netty than this
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    @EnabledOnOs(OS.LINUX)
    void itWaitsForOneSaysSoOnceAndServesOn(Transport transport) throws Exception {
        ProcessBuilder builder =
                ChildJvm.of(List.of("-Dorg.slf4j.simpleLogger.logFile=System.out"), Main.class, transport.name());
        Process process =
                ChildJvm.limited(builder, "-n " + FEW).redirectErrorStream(true).start();
        List<Socket> idle = new ArrayList<>();
        try (var out = process.inputReader();
                var in = process.outputWriter()) {
            int port = Integer.parseInt(out.readLine().substring("port ".length()));
            RawSseClient beside = client(port);
            assertThat(beside.get("/events").status()).isEqualTo(200);
            for (int i = 0; i < 2 * FEW; i++) {
                idle.add(new Socket("127.0.0.1", port));
            }
            assertThat(out.readLine()).contains("WARN").contains("cannot accept connections");
            for (int i = 0; i < 20; i++) { // the loops have other things to do than to fail
                in.write("event " + i + "\n");
                in.flush();
                assertThat(Long.parseLong(out.readLine())).isPositive().isLessThan(MOST_FAILURES);
                assertThat(beside.readEvent().data()).isEqualTo("event " + i);
            }
            close(idle);
            RawSseClient next = client(port);
            assertThat(next.get("/events").status()).isEqualTo(200);
            in.close();
            assertThat(out.lines()).isEmpty();
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        } finally {
            close(idle);
            process.destroyForcibly();
        }
    }

    private static void close(List<Socket> sockets) throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        sockets.clear();
    }
}
