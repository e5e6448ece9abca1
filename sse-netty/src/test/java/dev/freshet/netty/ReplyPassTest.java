package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.harness.LogReader;
import dev.freshet.netty.Pipelines.Behind;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerExpectContinueHandler;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that an endpoint, or the lack of one for the method, leaves to the handlers behind. */
class ReplyPassTest extends ServerFixture {
    @RegisterExtension
    final LogReader log = new LogReader();

    private static final int LARGE = 200_000;

    /** Passes requests that do not ask for a stream by {@code Accept}. */
    private static final SseEndpoint PASSES = new SseEndpoint() {
        @Override
        public SseReply head(SseRequest request) {
            return "text/event-stream".equals(request.header("Accept")) ? null : SseReply.pass();
        }

        @Override
        public SseReply handle(SseRequest request) {
            return SseReply.answer(200, "text/plain", "stream " + request.bodyText());
        }
    };

    private SseServer.Builder server() {
        return local().requests(pipeline -> pipeline.addLast(Behind.answeringAtOnce()));
    }

    private static String post(String body, String... headers) {
        return Pipelines.get("/v1", headers)
                .replaceFirst("GET", "POST")
                .replaceFirst("\r\n\r\n", "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }

    @Test
    void aRequestThatPassesIsAnsweredBehindWithItsWholeBody() throws Exception {
        SseServer server = start(server().endpoint("POST", "/v1", PASSES)
                .limits(Limits.builder().bodyBytes(10).build()));
        RawSseClient client = client(server);
        String large = "x".repeat(LARGE);
        client.send(post(large));
        assertThat(body(client, client.readHead())).isEqualTo("</v1 " + large + ">");
        client.send(post("hi", "Accept: text/event-stream"));
        assertThat(body(client, client.readHead())).isEqualTo("stream hi");
        client.send(post("again"));
        assertThat(body(client, client.readHead())).isEqualTo("</v1 again>");
    }

    @Test
    void itKeepsItsPlaceInTheOrder() throws Exception {
        SseServer server = start(server().endpoint("POST", "/v1", PASSES));
        RawSseClient client = client(server);
        client.send(post("1", "Accept: text/event-stream")
                + post("2")
                + post("3", "Accept: text/event-stream")
                + post("4"));
        for (String answer : new String[] {"stream 1", "</v1 2>", "stream 3", "</v1 4>"}) {
            assertThat(body(client, client.readHead())).isEqualTo(answer);
        }
    }

    @Test
    void overHttp2ItPassesToo() throws Exception {
        SseServer server = start(server().endpoint("GET", "/v1", PASSES).endpoint("POST", "/v1", PASSES));
        try (Http2Client client = Http2Client.connect(server)) {
            assertThat(client.get("/v1").body()).isEqualTo("</v1 >");
            assertThat(client.get("/v1", "accept: text/event-stream").body()).isEqualTo("stream ");
            String large = "x".repeat(10_000);
            Http2Client.Stream upload = client.request("POST", "/v1", false);
            upload.send(large, false);
            upload.send(large, true);
            assertThat(upload.body()).isEqualTo("</v1 " + large + large + ">");
        }
    }

    @Test
    void aWholeRequestPassesAsItCame() {
        Behind behind = Behind.answeringAtOnce();
        EmbeddedChannel channel = Pipelines.channel(
                new HttpServerCodec(),
                new HttpObjectAggregator(LARGE),
                SseHandler.builder().endpoint("POST", "/v1", PASSES).build(),
                behind);
        Pipelines.send(channel, post("hi"));
        assertThat(Pipelines.sent(channel)).endsWith("</v1 hi>");
        Pipelines.send(channel, post("hi", "Accept: text/event-stream"));
        assertThat(Pipelines.sent(channel)).endsWith("stream hi");
        assertThat(channel.finish()).isFalse();
    }

    @Test
    void whereNobodyIsBehindItIsNotFound() throws Exception {
        RawSseClient client = client(start(local().endpoint("POST", "/v1", PASSES)));
        client.send(post("hi"));
        assertThat(client.readHead().status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/handle", "/when", "/headWhen"})
    void elsewhereThanInHeadItIsAFailure(String path) throws Exception {
        SseReply later = SseReply.when(CompletableFuture.completedFuture(SseReply.pass()));
        SseServer server = start(server().endpoint("/handle", request -> SseReply.pass())
                .endpoint("/when", request -> later)
                .endpoint("/headWhen", new SseEndpoint() {
                    @Override
                    public SseReply head(SseRequest request) {
                        return later;
                    }

                    @Override
                    public SseReply handle(SseRequest request) {
                        return SseReply.stop();
                    }
                }));
        RawSseClient client = client(server);
        assertThat(client.get(path).status()).isEqualTo(500);
        assertThat(log.text()).contains("endpoint " + path + " answered pass()");
    }

    @Test
    void lateItIsAFailureBeforeTheBodyIsRead() throws Exception {
        SseServer server =
                start(server().endpoint("POST", "/v1", SseEndpoint.blocking(task -> new Thread(task).start(), PASSES)));
        RawSseClient client = client(server);
        client.send("POST /v1 HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
        assertThat(client.readHead().status()).isEqualTo(500);
    }

    @Test
    void whoWaitsToSendItsBodyIsAnsweredBehind() throws Exception {
        SseServer server = start(local().requests(
                        pipeline -> pipeline.addLast(new HttpServerExpectContinueHandler(), Behind.answeringAtOnce()))
                .endpoint("POST", "/v1", PASSES));
        RawSseClient client = client(server);
        client.send("POST /v1 HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
        assertThat(client.readHead().status()).isEqualTo(100);
        client.send("hi");
        assertThat(body(client, client.readHead())).isEqualTo("</v1 hi>");
    }

    @Test
    void itPassesAlsoWhereAStreamWouldBeRefused() throws Exception {
        SseServer server = start(server().strictAccept().endpoint("POST", "/v1", PASSES));
        RawSseClient client = client(server);
        client.send(post("hi", "Accept: application/json"));
        assertThat(body(client, client.readHead())).isEqualTo("</v1 hi>");
    }

    @Test
    void aPreflightForAMethodThatPassesPassesToo() throws Exception {
        CorsPolicy policy = CorsPolicy.builder().anyOrigin().build();
        SseServer server = start(server().cors(policy).endpoint("/v1", request -> SseReply.stop()));
        RawSseClient client = client(server);
        client.send(
                "OPTIONS /v1 HTTP/1.1\r\nHost: h\r\nOrigin: https://a.b\r\nAccess-Control-Request-Method: DELETE\r\n\r\n");
        assertThat(body(client, client.readHead())).isEqualTo("</v1 >");
    }

    @Test
    void anotherMethodPassesWhereAHandlerStandsBehind() throws Exception {
        SseServer server = start(server().endpoint("/v1", request -> SseReply.subscribe(hub, "t")));
        RawSseClient client = client(server);
        client.send("DELETE /v1 HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(body(client, client.readHead())).isEqualTo("</v1 >");
        assertThat(client.get("/v1").status()).isEqualTo(200);
    }

    @Test
    void aPreflightIsAnsweredWhereThereIsAPolicyAndPassesElse() throws Exception {
        CorsPolicy policy = CorsPolicy.builder().anyOrigin().build();
        String preflight =
                "OPTIONS /v1 HTTP/1.1\r\nHost: h\r\nOrigin: https://a.b\r\nAccess-Control-Request-Method: GET\r\n\r\n";
        RawSseClient client = client(start(server().cors(policy).endpoint("/v1", request -> SseReply.stop())));
        client.send(preflight);
        assertThat(client.readHead().header("Access-Control-Allow-Origin")).isEqualTo("*");
        RawSseClient other = client(start(server().endpoint("/v1", request -> SseReply.stop())));
        other.send(preflight);
        assertThat(body(other, other.readHead())).isEqualTo("</v1 >");
    }
}
