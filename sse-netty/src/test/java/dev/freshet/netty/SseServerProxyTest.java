package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.harness.RestartPort;
import dev.freshet.harness.ReverseProxy;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Behind reverse proxies with the settings that they have by default, but for the limit on idleness. */
class SseServerProxyTest extends ServerFixture {
    /** So that one test can wait for it, and no pause of a busy machine is as long. */
    private static final int SHORT_IDLE_SECONDS = 5;

    private static final int LONG_IDLE_SECONDS = 60;
    private static final Duration HEARTBEAT = Duration.ofMillis(200);

    private final Recorder recorder = new Recorder();

    @TempDir
    private Path folder;

    private SseServer server;

    private enum Proxy {
        NGINX,
        HAPROXY,
        HAPROXY_HTTP2;

        ReverseProxy run(Path folder, int port, int server, int idleSeconds) throws Exception {
            Path own = Files.createDirectories(folder.resolve(name()));
            return this == NGINX
                    ? ReverseProxy.nginx(own, port, String.format("""
                            server {
                                listen 127.0.0.1:%d;
                                location / {
                                    proxy_pass http://127.0.0.1:%d;
                                    proxy_read_timeout %ds;
                                }
                            }
                            """, port, server, idleSeconds))
                    : ReverseProxy.haproxy(
                            own,
                            port,
                            String.format("""
                            defaults
                                mode http
                                timeout connect 5s
                                timeout client %3$ds
                                timeout server %3$ds
                            frontend in
                                bind 127.0.0.1:%1$d
                                default_backend out
                            backend out
                                server freshet 127.0.0.1:%2$d %4$s
                            """, port, server, idleSeconds, this == HAPROXY_HTTP2 ? "proto h2" : ""));
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

    private ReverseProxy run(Proxy proxy, int port, int idleSeconds) throws Exception {
        return keep(proxy.run(folder, port, server.address().getPort(), idleSeconds));
    }

    @ParameterizedTest
    @EnumSource
    void eventsArriveAtOnce(Proxy proxy) throws Exception {
        int port = RestartPort.next();
        run(proxy, port, LONG_IDLE_SECONDS);
        RawSseClient client = client(port);
        assertThat(client.get("/events").status()).isEqualTo(200);
        for (int i = 0; i < 5; i++) { // each only when the one before has arrived
            publish("event " + i);
            assertThat(client.readEvent().data()).isEqualTo("event " + i);
        }
        client.close();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.PEER);
    }

    @Test
    void aProxyThatIsToldToSpeaksHttp2() throws Exception {
        int port = RestartPort.next();
        run(Proxy.HAPROXY_HTTP2, port, LONG_IDLE_SECONDS);
        client(port).get("/events");
        assertThat(((HubStream) recorder.nextOpened()).channel).isInstanceOf(Http2StreamChannel.class);
    }

    @Test
    void heartbeatsKeepAStreamOpenForLongerThanOneThatIsSilent() throws Exception {
        Map<Proxy, RawSseClient> beating = new EnumMap<>(Proxy.class);
        Map<Proxy, RawSseClient> silent = new EnumMap<>(Proxy.class);
        for (Proxy proxy : Proxy.values()) { // together, for they take their time
            int port = RestartPort.next();
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
        int port = RestartPort.next();
        ReverseProxy process = run(proxy, port, LONG_IDLE_SECONDS);
        RawSseClient client = client(port);
        client.get("/events");
        publish("seen");
        client.readEvent();
        process.kill();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.PEER);
        publish("missed");
        run(proxy, port, LONG_IDLE_SECONDS);
        RawSseClient back = client(port);
        assertThat(back.get("/events", "Last-Event-ID: " + client.lastEventId()).header("SSE-Resume"))
                .isEqualTo("resumed");
        assertThat(back.readEvent().data()).isEqualTo("missed");
    }
}
