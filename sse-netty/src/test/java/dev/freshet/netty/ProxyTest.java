package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.fixtures.RawSseClient;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.Http2StreamChannel;
import java.io.EOFException;
import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Behind reverse proxies with the settings that they have by default, but for the limit on idleness. */
class ProxyTest extends ServerFixture {
    /** So that one test can wait for it, and no pause of a busy machine is as long. */
    private static final int SHORT_IDLE_SECONDS = 5;

    private static final int LONG_IDLE_SECONDS = 60;
    private static final Duration HEARTBEAT = Duration.ofMillis(200);

    private final Recorder recorder = new Recorder();
    private final List<Process> processes = new ArrayList<>();

    @TempDir
    private Path folder;

    private SseServer server;

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

    /** Begins an answer, and says nothing more. */
    private static final class Silence extends SimpleChannelInboundHandler<HttpRequest> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, HttpRequest request) {
            HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
            HttpUtil.setKeepAlive(head, false); // its end is the connection's
            head.headers().set("X-Accel-Buffering", "no");
            ctx.writeAndFlush(head);
        }
    }

    @BeforeEach
    void startTheServer() {
        server = start(local().heartbeat(HEARTBEAT)
                .listener(recorder)
                .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                .requests(pipeline -> pipeline.addLast(new Silence())));
    }

    @AfterEach
    void endTheProxies() throws Exception {
        processes.forEach(Process::destroy);
        for (Process process : processes) {
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        }
    }

    private Process run(Proxy proxy, int port, int idleSeconds) throws Exception {
        Path own = Files.createDirectories(folder.resolve(proxy.name()));
        Files.writeString(
                own.resolve("proxy.conf"),
                String.format(proxy.configuration, own, port, server.address().getPort(), idleSeconds));
        Path log = own.resolve("log");
        Process process = new ProcessBuilder(Stream.concat(
                                Stream.of(Installed.path(proxy.program)),
                                proxy.arguments.stream().map(argument -> String.format(argument, own)))
                        .toList())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        processes.add(process);
        while (!isListening(port)) {
            if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
                throw new AssertionError(proxy + ": " + Files.readString(log, StandardCharsets.UTF_8));
            }
        }
        return process;
    }

    /** Below those that the system picks for others, who could take it before the proxy does. */
    private static int freePort() throws IOException {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            try (ServerSocket free = new ServerSocket(port)) {
                return free.getLocalPort();
            } catch (BindException e) {
                // another one
            }
        }
    }

    private static boolean isListening(int port) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @ParameterizedTest
    @EnumSource
    void eventsArriveAtOnce(Proxy proxy) throws Exception {
        int port = freePort();
        run(proxy, port, LONG_IDLE_SECONDS);
        RawSseClient client = client(port);
        assertThat(client.get("/events").status()).isEqualTo(200);
        for (int i = 0; i < 20; i++) { // each only when the one before has arrived
            publish("event " + i);
            assertThat(client.readEvent().data()).isEqualTo("event " + i);
        }
        client.close();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.PEER);
    }

    @Test
    void aProxyThatIsToldToSpeaksHttp2() throws Exception {
        int port = freePort();
        run(Proxy.HAPROXY_HTTP2, port, LONG_IDLE_SECONDS);
        client(port).get("/events");
        assertThat(((StreamConnection) recorder.nextOpened()).channel).isInstanceOf(Http2StreamChannel.class);
    }

    @Test
    void heartbeatsKeepAStreamOpenForLongerThanOneThatIsSilent() throws Exception {
        Map<Proxy, RawSseClient> beating = new EnumMap<>(Proxy.class);
        Map<Proxy, RawSseClient> silent = new EnumMap<>(Proxy.class);
        for (Proxy proxy : Proxy.values()) { // together, for they take their time
            int port = freePort();
            run(proxy, port, SHORT_IDLE_SECONDS);
            beating.put(proxy, client(port));
            silent.put(proxy, client(port));
            assertThat(beating.get(proxy).get("/events").status()).isEqualTo(200);
            assertThat(silent.get(proxy).get("/silence").status()).isEqualTo(200);
        }
        for (Proxy proxy : Proxy.values()) {
            assertThatThrownBy(() -> silent.get(proxy).readBytes(1))
                    .as("until %s cuts it", proxy)
                    .isInstanceOf(EOFException.class);
        }
        publish("after the silence");
        for (Proxy proxy : Proxy.values()) {
            assertThat(beating.get(proxy).readEvent().data()).as("%s", proxy).isEqualTo("after the silence");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStreamThatTheProxyCutsIsResumed(Proxy proxy) throws Exception {
        int port = freePort();
        Process process = run(proxy, port, LONG_IDLE_SECONDS);
        RawSseClient client = client(port);
        client.get("/events");
        publish("seen");
        client.readEvent();
        List<ProcessHandle> workers = process.descendants().toList();
        process.destroyForcibly().waitFor(); // first, or it starts a worker in place of each
        workers.forEach(ProcessHandle::destroyForcibly);
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.PEER);
        publish("missed");
        run(proxy, port, LONG_IDLE_SECONDS);
        RawSseClient back = client(port);
        assertThat(back.get("/events", "Last-Event-ID: " + client.lastEventId()).header("SSE-Resume"))
                .isEqualTo("resumed");
        assertThat(back.readEvent().data()).isEqualTo("missed");
    }
}
