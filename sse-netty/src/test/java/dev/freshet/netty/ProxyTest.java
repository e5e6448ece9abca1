package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import io.netty.handler.codec.http2.Http2StreamChannel;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Behind reverse proxies with the settings that they have by default, but for a limit on idleness that a test can wait for. */
class ProxyTest extends ServerFixture {
    private static final int IDLE_SECONDS = 1;
    private static final Duration HEARTBEAT = Duration.ofMillis(200);

    private final Recorder recorder = new Recorder();

    @TempDir
    private Path folder;

    private SseServer server;
    private Process process;
    private int port;

    private enum Proxy {
        NGINX("nginx", """
                daemon off;
                worker_processes 1;
                pid %1$s/nginx.pid;
                error_log stderr;
                events {}
                http {
                    access_log off;
                    client_body_temp_path %1$s/body;
                    proxy_temp_path %1$s/proxy;
                    fastcgi_temp_path %1$s/fastcgi;
                    uwsgi_temp_path %1$s/uwsgi;
                    scgi_temp_path %1$s/scgi;
                    server {
                        listen 127.0.0.1:%2$d;
                        location / {
                            proxy_pass http://127.0.0.1:%3$d;
                            proxy_read_timeout %4$ds;
                        }
                    }
                }
                """, List.of("-p", "%s", "-c", "%s/proxy.conf")),
        HAPROXY("haproxy", haproxy(""), List.of("-db", "-f", "%s/proxy.conf")),
        HAPROXY_HTTP2("haproxy", haproxy("proto h2"), List.of("-db", "-f", "%s/proxy.conf"));

        final String program;
        final String configuration;
        final List<String> arguments;

        Proxy(String program, String configuration, List<String> arguments) {
            this.program = program;
            this.configuration = configuration;
            this.arguments = arguments;
        }

        private static String haproxy(String server) {
            return """
                    defaults
                        mode http
                        timeout connect 5s
                        timeout client %4$ds
                        timeout server %4$ds
                    frontend in
                        bind 127.0.0.1:%2$d
                        default_backend out
                    backend out
                        server freshet 127.0.0.1:%3$d\s""" + server + "\n";
        }
    }

    @BeforeEach
    void startTheServer() {
        server = start(local().heartbeat(HEARTBEAT)
                .listener(recorder)
                .endpoint("/events", request -> SseReply.subscribe(hub, "t")));
    }

    @AfterEach
    void endTheProxy() throws Exception {
        if (process != null) {
            process.destroy();
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        }
    }

    private void run(Proxy proxy) throws Exception {
        String program = Installed.path(proxy.program);
        if (port == 0) {
            try (ServerSocket free = new ServerSocket(0)) {
                port = free.getLocalPort();
            }
        }
        Files.writeString(
                folder.resolve("proxy.conf"),
                String.format(
                        proxy.configuration, folder, port, server.address().getPort(), IDLE_SECONDS));
        Path log = folder.resolve("log");
        process = new ProcessBuilder(Stream.concat(
                                Stream.of(program),
                                proxy.arguments.stream().map(argument -> String.format(argument, folder)))
                        .toList())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        while (!isListening()) {
            if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
                throw new AssertionError(proxy + ": " + Files.readString(log, StandardCharsets.UTF_8));
            }
        }
    }

    private boolean isListening() {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private RawSseClient connect() throws IOException {
        return RawSseClient.connect("127.0.0.1", port);
    }

    @ParameterizedTest
    @EnumSource
    void eventsArriveAtOnce(Proxy proxy) throws Exception {
        run(proxy);
        try (RawSseClient client = connect()) {
            assertThat(client.get("/events").status()).isEqualTo(200);
            for (int i = 0; i < 20; i++) { // each only when the one before has arrived
                publish("event " + i);
                assertThat(client.readEvent().data()).isEqualTo("event " + i);
            }
        }
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.PEER);
    }

    @Test
    void aProxyThatIsToldToSpeaksHttp2() throws Exception {
        run(Proxy.HAPROXY_HTTP2);
        try (RawSseClient client = connect()) {
            client.get("/events");
            assertThat(((StreamConnection) recorder.nextOpened()).channel).isInstanceOf(Http2StreamChannel.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void heartbeatsKeepASilentStreamOpenPastTheLimitOnIdleness(Proxy proxy) throws Exception {
        run(proxy);
        try (RawSseClient client = connect()) {
            client.get("/events");
            RawSseClient clock = follower(server); // without a proxy between
            long start = System.nanoTime();
            while (System.nanoTime() - start < TimeUnit.SECONDS.toNanos(3 * IDLE_SECONDS)) {
                clock.readBytes(1); // the opening, and then heartbeats
            }
            publish("after the silence");
            assertThat(client.readEvent().data()).isEqualTo("after the silence");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStreamThatTheProxyCutsIsResumed(Proxy proxy) throws Exception {
        run(proxy);
        String lastEventId;
        try (RawSseClient client = connect()) {
            client.get("/events");
            publish("seen");
            client.readEvent();
            List<ProcessHandle> workers = process.descendants().toList();
            process.destroyForcibly().waitFor(); // first, or it starts a worker in place of each
            workers.forEach(ProcessHandle::destroyForcibly);
            lastEventId = client.lastEventId();
        }
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.PEER);
        publish("missed");
        run(proxy);
        try (RawSseClient client = connect()) {
            assertThat(client.get("/events", "Last-Event-ID: " + lastEventId).header("SSE-Resume"))
                    .isEqualTo("resumed");
            assertThat(client.readEvent().data()).isEqualTo("missed");
        }
    }
}
