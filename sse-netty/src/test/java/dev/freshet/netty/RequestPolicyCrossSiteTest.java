package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.fixtures.RawSseClient;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages of other sites, and names of other servers. */
class RequestPolicyCrossSiteTest extends ServerFixture {
    /** What came to the application's own handler. */
    private final Queue<Object> passed = new ConcurrentLinkedQueue<>();

    private final class Own extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            passed.add(msg.getClass().getSimpleName());
            boolean whole = msg instanceof LastHttpContent;
            ReferenceCountUtil.release(msg);
            if (whole) {
                DefaultFullHttpResponse response = new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.OK,
                        Unpooled.copiedBuffer("own", StandardCharsets.US_ASCII));
                response.headers().set("content-length", 3);
                ctx.writeAndFlush(response);
            }
        }
    }

    private SseServer.Builder behind() {
        return local().hosts("localhost")
                .origins("https://app.example")
                .requests(pipeline -> pipeline.addLast(new Own()))
                .endpoint("/events", request -> SseReply.subscribe(hub, "t"));
    }

    private static String post(String host, String origin) {
        return "POST /own HTTP/1.1\r\nHost: " + host + "\r\n" + (origin.isEmpty() ? "" : "Origin: " + origin + "\r\n")
                + "Content-Length: 2\r\n\r\nhi";
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, '', 200",
        "localhost:8080, http://localhost:8080, 200",
        "localhost, https://app.example, 200",
        "evil.example, '', 421",
        "evil.example, http://evil.example, 421",
        "localhost, https://evil.example, 403",
        "localhost, null, 403",
    })
    void whatPassesToOthersIsGuardedWhereThatIsAskedFor(String host, String origin, int status) throws Exception {
        SseServer server = start(behind().accessScope(AccessScope.ALL_REQUESTS));
        RawSseClient client = client(server);
        for (int i = 0; i < 2; i++) { // what is refused leaves the connection as it was
            client.send(post(host, origin));
            RawSseClient.Head head = client.readHead();
            assertThat(head.status()).isEqualTo(status);
            body(client, head);
        }
        assertThat(passed.isEmpty()).isEqualTo(status != 200);
    }

    @ParameterizedTest
    @CsvSource({
        "app.test:443, https://app.test, 200",
        "app.test:80, http://app.test, 200",
        "app.test:80, https://app.test, 403",
        "app.test:, http://app.test, 200",
        "[0:0:0:0:0:0:0:1]:8080, http://[::1]:8080, 200",
    })
    void theOwnOriginIsKnownHoweverAProxyNamesTheHost(String host, String origin, int status) throws Exception {
        RawSseClient client = client(start(behind().hosts("app.test", "[::1]").accessScope(AccessScope.ALL_REQUESTS)));
        client.send(post(host, origin));
        assertThat(client.readHead().status()).isEqualTo(status);
    }

    @Test
    void inAPipelineOfOthersWhatIsNotDecodedIsRefusedWhereAllIsGuarded() {
        EmbeddedChannel channel = new EmbeddedChannel(
                new HttpServerCodec(),
                behindOthers().accessScope(AccessScope.ALL_REQUESTS).build(),
                new Own());
        Pipelines.send(channel, "POST /own HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(20_000) + "\r\n\r\n");
        assertThat(Pipelines.sent(channel)).startsWith("HTTP/1.1 431 ");
        assertThat(passed).isEmpty();
        channel.finishAndReleaseAll();
    }

    private static SseHandler.Builder behindOthers() {
        return SseHandler.builder().hosts("localhost");
    }

    @Test
    void whoIsRefusedBeforeTheBodyHasAnEndOfTheConnection() throws Exception {
        RawSseClient client = client(start(behind().accessScope(AccessScope.ALL_REQUESTS)));
        client.send(post("evil.example", "").replace("\r\n\r\nhi", "\r\nExpect: 100-continue\r\n\r\n"));
        RawSseClient.Head head = client.readHead();
        assertThat(head.status()).isEqualTo(421);
        assertThat(head.header("connection")).isEqualTo("close");
        assertThat(passed).isEmpty();
    }

    @Test
    void unlessAskedForWhatPassesIsNobodysHere() throws Exception {
        RawSseClient client = client(start(behind()));
        client.send(post("evil.example", "https://evil.example"));
        assertThat(client.readHead().status()).isEqualTo(200);
    }

    @Test
    void theNameInAnAbsoluteTargetCountsForWhatPasses() throws Exception {
        RawSseClient client = client(start(behind().accessScope(AccessScope.ALL_REQUESTS)));
        assertThat(client.get("http://evil.example/own").status()).isEqualTo(421);
        assertThat(passed).isEmpty();
    }

    @Test
    void overHttp2WhatPassesIsGuardedToo() throws Exception {
        SseServer server = start(behind().accessScope(AccessScope.ALL_REQUESTS));
        try (Http2Client client = Http2Client.connect(server)) { // asks for localhost
            assertThat(client.get("/own", "origin: https://evil.example").status())
                    .isEqualTo("403");
            assertThat(passed).isEmpty();
            assertThat(client.get("/own", "origin: http://localhost").status()).isEqualTo("200");
        }
    }

    @Test
    void inAPipelineOfOthersWhatPassesIsRefusedInItsTurn() {
        EmbeddedChannel channel = new EmbeddedChannel();
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.addLast(new HttpServerCodec());
        pipeline.addLast(SseHandler.builder()
                .hosts("localhost")
                .accessScope(AccessScope.ALL_REQUESTS)
                .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                .build());
        pipeline.addLast(new Own());
        channel.writeInbound(Unpooled.copiedBuffer(
                post("localhost", "")
                        + post("evil.example", "")
                        + post("localhost\r\nHost: evil.example", "")
                        + post("localhost", ""),
                StandardCharsets.US_ASCII));
        assertThat(Pipelines.sent(channel).replaceAll("(?s)HTTP/1.1 (\\d+).*?\r\n\r\n[^H]*", "$1 "))
                .isEqualTo("200 421 400 200 ");
        assertThat(channel.finish()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "h, http://h, 200",
        "h:8080, http://h:8080, 200",
        "h, https://h, 200",
        "h, ftp://h, 403",
        "h, ws://h, 403",
        "h, h, 403",
        "h, //h, 403",
        "h, http://h:81, 403",
    })
    void theServersOwnOriginHasItsScheme(String host, String origin, int status) throws Exception {
        SseServer server = start(local().origins().endpoint("/events", request -> SseReply.subscribe(hub, "t")));
        RawSseClient client = client(server);
        client.send("GET /events HTTP/1.1\r\nHost: " + host + "\r\nOrigin: " + origin + "\r\n\r\n");
        assertThat(client.readHead().status()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, https://localhost, 200",
        "localhost:8443, https://localhost:8443, 200",
        "localhost, http://localhost, 403"
    })
    void overTlsTheServersOwnOriginIsHttps(String host, String origin, int status) throws Exception {
        SseServer server =
                start(local().tls(Tls.server()).origins().endpoint("/events", request -> SseReply.subscribe(hub, "t")));
        try (SSLSocket socket = (SSLSocket) Tls.trusting()
                .getSocketFactory()
                .createSocket("127.0.0.1", server.address().getPort())) {
            socket.getOutputStream()
                    .write(("GET /events HTTP/1.1\r\nHost: " + host + "\r\nOrigin: " + origin + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 " + status);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "https://app.example:443, https://app.example, 200",
        "HTTP://App.Example:80, http://app.example, 200",
        "https://app.example:8443, https://app.example:8443, 200",
        "https://app.example:80, https://app.example, 403",
        "http://[0:0:0:0:0:0:0:1]:80, http://[::1], 200",
        "http://[2001:DB8::0:1]:8080, http://[2001:db8::1]:8080, 200",
    })
    void anOriginIsNamedWithItsDefaultPortOrWithout(String named, String origin, int status) throws Exception {
        SseServer server = start(local().origins(named).endpoint("/events", request -> SseReply.subscribe(hub, "t")));
        assertThat(client(server).get("/events", "Origin: " + origin).status()).isEqualTo(status);
        SseServer cors = start(local().cors(CorsPolicy.builder().origins(named).build())
                .endpoint("/events", request -> SseReply.subscribe(hub, "t")));
        RawSseClient.Head head = client(cors).get("/events", "Origin: " + origin);
        assertThat(head.header("access-control-allow-origin")).isEqualTo(status == 200 ? origin : null);
    }

    @Test
    void subdomainsOfAnOriginWithItsDefaultPortAreThoseOfItWithout() {
        CorsPolicy policy =
                CorsPolicy.builder().subdomainsOf("https://example.com:443").build();
        assertThat(policy.allows("https://a.example.com")).isTrue();
        assertThat(policy.allows("http://a.example.com")).isFalse();
    }

    @Test
    void aHostIsNamedWithItsDefaultPortOrWithout() throws Exception {
        SseServer server = start(local().hosts("localhost:80", "other:8080", "[0:0::1]")
                .endpoint("/events", request -> SseReply.subscribe(hub, "t")));
        assertThat(client(server).get("/events").status()).isEqualTo(200);
        RawSseClient other = client(server);
        other.send("GET /events HTTP/1.1\r\nHost: other\r\n\r\n");
        assertThat(other.readHead().status()).isEqualTo(421);
        RawSseClient address = client(server);
        address.send("GET /events HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n");
        assertThat(address.readHead().status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://app.example:65536",
                "https://app.example:99999",
                "https://app.example:0",
                "https://app.example:0443",
                "https://app.example:",
                "http://[1::2::3]",
                "http://[:::1]:80"
            })
    void anOriginThatThereCannotBeIsRefused(String origin) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> local().origins(origin))
                .withMessageStartingWith("origins: \"" + origin + "\" (expected: ");
    }
}
