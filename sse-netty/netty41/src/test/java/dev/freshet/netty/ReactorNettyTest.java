package dev.freshet.netty;

import static dev.freshet.netty.SseHandlerAutoReadTest.answer;
import static dev.freshet.netty.SseHandlerAutoReadTest.assertAnswered;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.netty.SseHandlerAutoReadTest.Kind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.netty.DisposableServer;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

/** {@link SseHandler} in the pipeline of Reactor Netty, which asks for each read. */
class ReactorNettyTest extends ServerFixture {
    private final Recorder recorder = new Recorder();
    private DisposableServer service;

    @BeforeEach
    void startTheService() {
        SseHandler sse = SseHandlerAutoReadTest.endpoints(hub, recorder).build();
        service = HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .doOnChannelInit((observer, channel, address) ->
                        channel.pipeline().addAfter(NettyPipeline.HttpCodec, "sse", sse))
                .handle((request, response) -> response.sendString(request.receive()
                        .aggregate()
                        .asString()
                        .defaultIfEmpty("")
                        .map(body -> "<" + request.uri() + " " + body + ">")))
                .bindNow();
    }

    @AfterEach
    void endTheService() throws Exception {
        closeAll();
        service.disposeNow();
    }

    @ParameterizedTest
    @EnumSource
    void afterAnAnswerTheConnectionReadsOn(Kind kind) throws Exception {
        assertAnswered(client(service.port()), kind, kind, Kind.OTHER, kind, Kind.OTHER);
    }

    @Test
    void pipelinedRequestsAreAnsweredAndThoseAfterThem() throws Exception {
        RawSseClient client = client(service.port());
        for (int i = 0; i < 2; i++) {
            for (Kind kind : Kind.values()) {
                client.send(kind.request);
            }
            for (Kind kind : Kind.values()) {
                assertThat(answer(client)).isEqualTo(kind.answer);
            }
        }
    }

    @Test
    void aHubsStreamIsFollowedAndItsClientsEndIsSeen() throws Exception {
        RawSseClient client = client(service.port());
        assertAnswered(client, Kind.OTHER, Kind.REFUSED);
        assertThat(client.get("/events").status()).isEqualTo(200);
        publish("a");
        assertThat(client.readEvent().data()).isEqualTo("a");
        client.close();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.PEER);
    }
}
