package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.event.SseEvent;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Endpoints are tested without a server: with requests that are built and replies that are read. */
class SseRequestBuilderTest extends ServerFixture {
    private final SseEndpoint rooms = request -> {
        String user = request.cookie("user");
        return user == null
                ? SseReply.refuse(401)
                : SseReply.subscribe(hub, "rooms/" + request.pathParameter("room"))
                        .key(user)
                        .attribute("since", String.valueOf(request.query("since")))
                        .expiresAt(Instant.EPOCH)
                        .header("X-Room", "1");
    };

    @Test
    void anEndpointAnswersARequestThatWasBuilt() {
        SseReply reply = rooms.handle(SseRequest.builder()
                .target("/rooms/a%20b?since=1&since=2")
                .pathParameter("room", "a b")
                .header("Cookie", "theme=dark; user=ada")
                .build());
        assertThat(reply).isInstanceOfSatisfying(SseReply.Subscribe.class, stream -> {
            assertThat(stream.hub()).isSameAs(hub);
            assertThat(stream.topics()).containsExactly("rooms/a b");
            assertThat(stream.key()).isEqualTo("ada");
            assertThat(stream.attributes()).containsEntry("since", "1");
            assertThat(stream.expiresAt()).isEqualTo(Instant.EPOCH);
            assertThat(stream.headers()).hasSize(1);
        });
    }

    @Test
    void aRefusalIsRead() {
        assertThat(rooms.handle(SseRequest.builder().build())).isInstanceOfSatisfying(HttpAnswer.class, answer -> {
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.bodyText()).isEqualTo("Unauthorized\n");
        });
        assertThat(SseReply.retryLater(Duration.ofSeconds(3)).delay()).isEqualTo(Duration.ofSeconds(3));
        assertThat(SseReply.stream(List.of(SseEvent.of("a"))).key()).isNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theEventsOfAFiniteStreamAreRead(boolean written) throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        SseEndpoint tokens = request -> written
                ? SseReply.stream(executor, emitter -> {
                    emitter.send(SseEvent.of("a"));
                    emitter.send(SseEvent.of("b"));
                })
                : SseReply.stream(List.of(SseEvent.of("a"), SseEvent.of("b")));
        try {
            SseReply.Stream reply =
                    (SseReply.Stream) tokens.handle(SseRequest.builder().build());
            Collected collected = new Collected();
            reply.publisher().subscribe(collected);
            assertThat(collected.all.get(30, TimeUnit.SECONDS))
                    .extracting(SseEvent::data)
                    .containsExactly("a", "b");
        } finally {
            executor.shutdown();
        }
    }

    /** A subscriber that requests all events and completes with them. */
    private static final class Collected implements Flow.Subscriber<SseEvent> {
        final CompletableFuture<List<SseEvent>> all = new CompletableFuture<>();
        private final List<SseEvent> events = new ArrayList<>();

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(SseEvent event) {
            events.add(event);
        }

        @Override
        public void onError(Throwable failure) {
            all.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            all.complete(events);
        }
    }

    @Test
    void aRequestHasWhatItWasBuiltWith() {
        InetSocketAddress remote = new InetSocketAddress("127.0.0.1", 1);
        InetSocketAddress client = new InetSocketAddress("127.0.0.1", 2);
        SseRequest request = SseRequest.builder()
                .method("POST")
                .target("/a%2Fb?q=%C3%A4")
                .header("X-A", "1")
                .header("x-a", "2")
                .lastEventId("grün")
                .body("grün")
                .remoteAddress(remote)
                .clientAddress(client)
                .build();
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.target()).isEqualTo("/a%2Fb?q=%C3%A4");
        assertThat(request.path()).isEqualTo("/a/b");
        assertThat(request.query("q")).isEqualTo("ä");
        assertThat(request.header("X-A")).isEqualTo("1");
        assertThat(request.headerAll("X-A")).containsExactly("1", "2");
        assertThat(request.headerAll("X-B")).isEmpty();
        assertThat(request.lastEventId()).isEqualTo("grün");
        assertThat(request.bodyText()).isEqualTo("grün");
        assertThat(request.remoteAddress()).isEqualTo(remote);
        assertThat(request.clientAddress()).isEqualTo(client);
        assertThat(request.tlsSession()).isNull();
    }

    @Test
    void aTargetThatNoClientCouldSendIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SseRequest.builder().target("rooms"))
                .withMessage("request.target: \"rooms\" (expected: a path that begins with '/' and its query,"
                        + " percent-encoded)");
    }

    @Test
    void aServersRequestHasItsTargetAndCookies() throws Exception {
        SseServer server = start(local().endpoint(
                        "/v1/{name}",
                        request -> SseReply.answer(
                                200,
                                "text/plain",
                                request.target() + " " + request.cookie("b") + " " + request.cookie("c"))));
        try (Http2Client client = Http2Client.connect(server)) {
            assertThat(client.get("/v1/a%20b?c", "cookie: a=1", "cookie: b=2").body())
                    .isEqualTo("/v1/a%20b?c 2 null");
        }
    }
}
