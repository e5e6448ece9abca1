package dev.freshet.netty;

import static dev.freshet.harness.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a listener is told of refusals and of streams that lag, and what a connection tells of itself.
 * Covers {@link StreamOrigin} and {@link StreamProperties}.
 */
class SseListenerRefusalsTest extends ServerFixture {
    private record Refusal(String path, int status, RefusalReason why) {}

    private record Lag(SseConnection connection, long events) {}

    private final BlockingQueue<Refusal> refused = new LinkedBlockingQueue<>();
    private final BlockingQueue<Lag> lagging = new LinkedBlockingQueue<>();
    private final BlockingQueue<SseConnection> opened = new LinkedBlockingQueue<>();

    private final SseListener listener = new SseListener() {
        @Override
        public void opened(SseConnection connection, dev.freshet.event.ResumeOutcome outcome) {
            opened.add(connection);
        }

        @Override
        public void refused(SseRequest request, int status, RefusalReason why) {
            refused.add(new Refusal(request.path(), status, why));
        }

        @Override
        public void lagging(SseConnection connection, long events) {
            lagging.add(new Lag(connection, events));
        }
    };

    private Refusal nextRefusal() throws InterruptedException {
        Refusal next = refused.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(next).as("a refusal").isNotNull();
        return java.util.Objects.requireNonNull(next);
    }

    private SseConnection nextOpened() throws InterruptedException {
        SseConnection next = opened.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(next).as("a stream").isNotNull();
        return java.util.Objects.requireNonNull(next);
    }

    private SseServer.Builder listened() {
        return local().listener(listener);
    }

    /** Endpoints each of which is refused for its own reason. */
    private SseServer refusing() {
        SseReply.Subscribe follow = SseReply.subscribe(hub, "t");
        return start(listened()
                .limits(Limits.builder()
                        .queryBytes(100)
                        .topicsPerConnection(2)
                        .answerTimeout(Duration.ofMillis(100))
                        .build())
                .hosts("127.0.0.1", "localhost")
                .origins()
                .strictAccept()
                .endpoint("/events", request -> follow)
                .endpoint("/many", request -> SseReply.subscribe(hub, "a", "b", "c"))
                .endpoint("/late", request -> SseReply.when(new CompletableFuture<>()))
                .endpoint("/expired", request -> follow.expiresAt(Instant.EPOCH))
                .endpoint("/failing", request -> {
                    throw new IllegalStateException("as the test wants it");
                })
                .endpoint("/topic", request -> SseReply.subscribe(hub, ""))
                .endpoint("/generation", request -> SseGeneration.follow(hub, "none", request))
                .endpoint("/own", request -> SseReply.refuse(401))
                .endpoint("/later", request -> SseReply.retryLater(Duration.ofSeconds(1)))
                .endpoint("/page", request -> SseReply.answer(200, "text/plain", new byte[0])));
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /events, Host: other, 421, HOST",
        "GET, /events, Origin: http://other, 403, ORIGIN",
        "GET, /events, Accept: text/html, 406, NOT_ACCEPTABLE",
        "DELETE, /events, X: y, 405, METHOD",
        "GET, /many, X: y, 400, TOPICS",
        "GET, /late, X: y, 503, TIMEOUT",
        "GET, /expired, X: y, 200, EXPIRED",
        "GET, /failing, X: y, 500, FAILED",
        "GET, /topic, X: y, 400, UNKNOWN_TOPIC",
        "GET, /generation, X: y, 404, UNKNOWN_TOPIC",
        "GET, /own, X: y, 401, APPLICATION",
        "GET, /later, X: y, 503, APPLICATION"
    })
    void aListenerIsToldWhyARequestIsRefused(String method, String path, String header, int status, RefusalReason why)
            throws Exception {
        SseServer server = refusing();
        String host = header.startsWith("Host") ? "" : "Host: 127.0.0.1\r\n";

        RawSseClient client = sending(server, method + " " + path + " HTTP/1.1\r\n" + host + header + "\r\n\r\n");
        assertThat(client.readHead().status()).isEqualTo(status);

        assertThat(nextRefusal()).isEqualTo(new Refusal(path, status, why));
        assertThat(server.stats().streams().refused().get(why)).isEqualTo(1);
    }

    @Test
    void aBrowserThatIsToldToComeLaterIsARefusalToo() throws Exception {
        SseServer server = start(listened()
                .limits(Limits.builder().connections(1).build())
                .endpoint("/events", request -> SseReply.subscribe(hub, "t")));
        follower(server);

        RawSseClient second = client(server);
        assertThat(second.get("/events", "Accept: text/event-stream", "User-Agent: Mozilla/5.0")
                        .status())
                .isEqualTo(200);

        assertThat(nextRefusal()).isEqualTo(new Refusal("/events", 503, RefusalReason.STREAMS));
    }

    @Test
    void anAnswerInPlaceOfAStreamIsNoRefusal() throws Exception {
        SseServer server = refusing();

        assertThat(client(server).get("/page").status()).isEqualTo(200);
        assertThat(client(server).get("/own").status()).isEqualTo(401);

        assertThat(nextRefusal().path()).isEqualTo("/own");
        assertThat(refused).isEmpty();
    }

    @Test
    void aRequestOfNoEndpointIsCountedOnly() throws Exception {
        SseServer server = refusing();

        assertThat(client(server).get("/none").status()).isEqualTo(404);
        assertThat(sending(server, "nonsense\r\n\r\n").readHead().status()).isEqualTo(400);

        assertThat(server.stats().streams().refused().get(RefusalReason.NOT_FOUND))
                .isEqualTo(1);
        assertThat(server.stats().streams().refused().get(RefusalReason.MALFORMED))
                .isEqualTo(1);
        assertThat(refused).isEmpty();
    }

    @Test
    void aListenerThatThrowsAtARefusalHarmsNothing() throws Exception {
        SseServer server = start(local().listener(new SseListener() {
                    @Override
                    public void refused(SseRequest request, int status, RefusalReason why) {
                        throw new IllegalStateException("as the test wants it");
                    }
                })
                .endpoint("/events", request -> SseReply.refuse(403, "no")));

        RawSseClient client = client(server);
        assertThat(body(client, client.get("/events"))).isEqualTo("no\n");
    }

    @Test
    void aListenerIsToldThatAStreamLags() throws Exception {
        SseServer server = start(listened()
                .heartbeat(Duration.ofMillis(400))
                .endpoint("/events", request -> SseReply.subscribe(hub, "t")));
        RawSseClient stuck = client(server, 4 << 10);
        stuck.get("/events");
        SseConnection stream = nextOpened();

        await("more waits in the log than the socket takes", () -> {
            publish("x".repeat(100_000));
            return stream.lag().bytes() > 8 << 20; // half of what is retained
        });
        Lag lag = java.util.Objects.requireNonNull(lagging.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));

        assertThat(lag.connection()).isSameAs(stream);
        assertThat(lag.events()).isPositive();
        dev.freshet.log.CursorLag now = stream.lag();
        assertThat(now.events()).isPositive();
        assertThat(now.bytes()).isGreaterThan(100_000L * (now.events() - 1));
    }

    @Test
    void aConnectionTellsItsKeyPathProtocolAndTimes() throws Exception {
        Instant before = Instant.now().minusMillis(1);
        SseServer server = start(listened().endpoint("/rooms/{room}", request -> SseReply.subscribe(hub, "t")
                .key("me")));
        RawSseClient client = client(server);
        client.get("/rooms/a");
        SseConnection stream = nextOpened();

        assertThat(stream.key()).isEqualTo("me");
        assertThat(stream.path()).isEqualTo("/rooms/{room}");
        assertThat(stream.protocol()).isEqualTo("HTTP/1.1");
        assertThat(stream.openedAt()).isBetween(before, Instant.now());
        assertThat(stream.lastWriteAt()).isBetween(before, Instant.now());
        assertThat(stream.lag().events()).isZero();
    }

    @Test
    void aFiniteStreamHasNoLag() throws Exception {
        SseServer server = start(listened().endpoint("/events", request -> SseReply.stream(new HandPublisher())));
        RawSseClient client = client(server);
        client.get("/events");

        assertThat(nextOpened().lag().events()).isZero();
    }

    @Test
    void theFiguresAreOfAllStreams() throws Exception {
        SseServer server = start(local().eventLoops(2)
                .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                .endpoint("/finite", request -> SseReply.stream(List.of(SseEvent.of("a"), SseEvent.of("b")))));
        RawSseClient one = follower(server);
        follower(server, "Last-Event-ID: unknown");
        RawSseClient finite = client(server);
        finite.get("/finite");
        rest(finite);
        publish("x");
        assertThat(one.readEvent().data()).isEqualTo("x");

        one.close();
        await("the stream has ended, and all is counted", () -> {
            StreamStats now = server.stats().streams();
            return now.closed().get(CloseReason.PEER) > 0 && now.deliveredEvents() >= 4;
        });
        StreamStats stats = server.stats().streams();

        assertThat(stats.opened()).isEqualTo(3);
        assertThat(stats.open(StreamStats.Kind.HUB)).isEqualTo(1);
        assertThat(stats.open(StreamStats.Kind.PUBLISHER)).isZero();
        assertThat(stats.closed().get(CloseReason.COMPLETED)).isEqualTo(1);
        assertThat(stats.deliveredEvents()).isEqualTo(4);
        assertThat(stats.starts().get(dev.freshet.event.ResumeOutcome.FRESH)).isEqualTo(1);
        assertThat(stats.starts().get(dev.freshet.event.ResumeOutcome.RESET)).isEqualTo(1);
        assertThat(stats.resets().get(dev.freshet.log.Reset.Reason.UNKNOWN)).isEqualTo(1);
        assertThat(stats.eventLoops()).isEqualTo(2);
        assertThat(stats.mostUnsentBytes()).isPositive();
        assertThat(stats.endpoints()).hasSize(2);
    }

    @Test
    void aHandlerThatShutsDownIsStopping() {
        SseHandler handler = SseHandler.builder()
                .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                .build();
        assertThat(handler.health()).isEqualTo(SseHealth.SERVING);

        handler.shutdown(Duration.ZERO);

        assertThat(handler.health()).isEqualTo(SseHealth.STOPPING);
    }
}
