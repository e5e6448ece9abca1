package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.fixtures.RawSseClient;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Streams whose requests were received before they were revoked, and answered after it. */
class StreamRevocationTest extends ServerFixture {
    private static final Predicate<SseConnection> ADA = stream -> "ada".equals(stream.attribute("user"));

    private final Recorder recorder = new Recorder();
    private final BlockingQueue<CompletableFuture<SseReply>> asked = new LinkedBlockingQueue<>();

    private SseServer answeringLater() {
        return start(local().listener(recorder).endpoint("/events", request -> {
            CompletableFuture<SseReply> answer = new CompletableFuture<>();
            asked.add(answer);
            return SseReply.when(answer);
        }));
    }

    private SseReply.Subscribe subscribe(String user) {
        return SseReply.subscribe(hub, "t").fromEarliest().attribute("user", user);
    }

    private CompletableFuture<SseReply> nextAsked() throws InterruptedException {
        CompletableFuture<SseReply> answer = asked.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(answer).as("a request").isNotNull();
        return java.util.Objects.requireNonNull(answer);
    }

    private RawSseClient asking(SseServer server) throws IOException {
        return sending(server, Pipelines.get("/events"));
    }

    /** A client whose request came before the call, and is answered behind it. */
    private RawSseClient answered(SseServer server, Consumer<SseConnections> call, SseReply reply) throws Exception {
        RawSseClient client = asking(server);
        CompletableFuture<SseReply> answer = nextAsked();
        call.accept(server.connections());
        answer.complete(reply);
        return client;
    }

    private void known(SseServer server) throws Exception {
        RawSseClient before = asking(server);
        nextAsked().complete(subscribe("bob"));
        before.readHead();
        recorder.nextOpened();
    }

    @Test
    void aStreamThatOpensAfterTheCallEndsAtItsPlace() throws Exception {
        SseServer server = answeringLater();
        known(server); // so the hub is
        RawSseClient client = asking(server);
        CompletableFuture<SseReply> answer = nextAsked();
        publish("before");
        assertThat(server.connections().close(ADA)).isZero();
        publish("after");
        answer.complete(subscribe("ada"));
        assertThat(client.readHead().status()).isEqualTo(200);
        assertThat(client.readEvent().data()).isEqualTo("before");
        assertThat(client.tryReadEvent()).isNull();
        assertThat(client.isWhole()).isTrue();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.APPLICATION);
        assertThat(server.connections().count()).isEqualTo(1);
    }

    @Test
    void oneOfAHubThatNobodyFollowedBeforeEndsToo() throws Exception {
        RawSseClient client = answered(answeringLater(), streams -> streams.close(ADA), subscribe("ada"));
        assertThat(client.readHead().status()).isEqualTo(200);
        assertThat(client.tryReadEvent()).isNull();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.APPLICATION);
    }

    @Test
    void oneThatIsAbortedGetsNothing() throws Exception {
        publish("secret");
        RawSseClient client = answered(answeringLater(), streams -> streams.abort(ADA), subscribe("ada"));
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.APPLICATION);
        assertThatExceptionOfType(IOException.class).isThrownBy(client::readHead);
    }

    @Test
    void noSnapshotIsMadeForIt() throws Exception {
        RawSseClient client = answered(
                answeringLater(),
                streams -> streams.close(ADA),
                SseReply.subscribe(hub, "t").attribute("user", "ada").snapshot(() -> {
                    throw new AssertionError("asked for the state");
                }));
        assertThat(client.readHead().status()).isEqualTo(200);
        assertThat(client.tryReadEvent()).isNull();
    }

    @Test
    void aFiniteStreamIsCutOff() throws Exception {
        HandPublisher publisher = new HandPublisher();
        RawSseClient client = answered(
                answeringLater(),
                streams -> streams.close(ADA),
                SseReply.stream(publisher).attribute("user", "ada"));
        client.readHead();
        assertThat(beforeFarewell(rest(client))).isEmpty();
        assertThat(client.isWhole()).isFalse();
        publisher.untilCancelled();
    }

    @Test
    void oneWhoseRequestCameAfterTheCallOpens() throws Exception {
        SseServer server = answeringLater();
        RawSseClient before = asking(server);
        CompletableFuture<SseReply> first = nextAsked();
        server.connections().close(ADA);
        RawSseClient after = asking(server);
        nextAsked().complete(subscribe("ada"));
        assertThat(after.readHead().status()).isEqualTo(200);
        publish("on");
        assertThat(after.readEvent().data()).isEqualTo("on");
        first.complete(subscribe("ada"));
        before.readHead();
        assertThat(before.tryReadEvent()).isNull();
    }

    @Test
    void oneThatThePredicateIsNotTrueForOpens() throws Exception {
        RawSseClient client = answered(answeringLater(), streams -> streams.close(ADA), subscribe("bob"));
        client.readHead();
        publish("on");
        assertThat(client.readEvent().data()).isEqualTo("on");
    }

    @Test
    void oneThatThePredicateFailsForAsItOpensEnds() throws Exception {
        RawSseClient client = answered(
                answeringLater(),
                streams -> streams.close(stream -> {
                    throw new IllegalStateException("as the test wants");
                }),
                subscribe("bob"));
        client.readHead();
        assertThat(client.tryReadEvent()).isNull();
    }

    @Test
    void aPredicateThatFailsAtTheCallIsTheCallersToKnow() throws Exception {
        SseServer server = answeringLater();
        known(server);
        assertThatThrownBy(() -> server.connections().close(stream -> {
                    throw new IllegalStateException("as the test wants");
                }))
                .hasMessage("as the test wants");
        assertThat(server.connections().count()).isEqualTo(1);
    }

    private static WeakReference<StreamRevocation> called(StreamRevocations revocations) {
        StreamRevocation call = new StreamRevocation(ADA, false, new EventLoopHoldWatch(System::nanoTime));
        revocations.add(call);
        call.done();
        return new WeakReference<>(call);
    }

    @Test
    void aCallIsKeptNoLongerThanUntilTheRequestsOfBeforeItAreAnswered() {
        StreamRevocations revocations = new StreamRevocations();
        List<StreamRevocations.Mark> requests = new ArrayList<>(List.of(revocations.received()));
        WeakReference<StreamRevocation> first = called(revocations);
        requests.add(revocations.received());
        WeakReference<StreamRevocation> second = called(revocations);
        System.gc();
        assertThat(first.get()).isNotNull();
        requests.remove(0);
        assertThat(RequestContextKeptTest.isCollected(first)).isTrue();
        assertThat(second.get()).isNotNull();
        requests.remove(0);
        assertThat(RequestContextKeptTest.isCollected(second)).isTrue();
    }

    @Test
    void whoIsToGetNothingGetsNothingThoughAnEarlierCallEndsItAtAPlace() throws Exception {
        RawSseClient client = answered(
                answeringLater(),
                streams -> {
                    streams.close(ADA);
                    streams.abort(ADA);
                },
                subscribe("ada"));
        assertConnectionEnds(client);
    }

    @Test
    void theStageOfARequestWhoseClientHasGoneIsCancelled() throws Exception {
        SseServer server = answeringLater();
        RawSseClient client = asking(server);
        CompletableFuture<SseReply> answer = nextAsked();
        client.cut();
        assertThat(answer)
                .failsWithin(java.time.Duration.ofSeconds(PATIENCE_SECONDS))
                .withThrowableThat()
                .isInstanceOf(java.util.concurrent.CancellationException.class);
    }
}
