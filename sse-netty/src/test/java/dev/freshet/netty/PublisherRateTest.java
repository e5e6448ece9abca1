package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who reads a finite stream, but hardly, does not hold what writes it. */
class PublisherRateTest extends ServerFixture {
    private static final int THREADS = 4;
    private static final Duration TIME = Duration.ofMillis(200);
    private static final SseEvent EVENT = SseEvent.of("x".repeat(20_000));

    private final Recorder recorder = new Recorder();
    private final ExecutorService pool = Executors.newFixedThreadPool(THREADS);

    /** Of a server to which every client is too slow that has not taken all. */
    private SseServer.Builder demanding() {
        return local().listener(recorder)
                .limits(Limits.builder().leastRate(Integer.MAX_VALUE, TIME).build())
                .writeTimeout(Duration.ofDays(1));
    }

    private SseServer endless() {
        return start(demanding()
                .requests(StuckClients::bufferLittle)
                .endpoint(
                        "/events",
                        request -> SseReply.stream(pool, emitter -> {
                            while (true) {
                                emitter.send(EVENT);
                            }
                        })));
    }

    private void assertThreadsAreFree() throws Exception {
        pool.shutdown();
        assertThat(pool.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @AfterEach
    void endThreads() {
        pool.shutdownNow();
    }

    @Test
    void whoReadsTooSlowlyIsCutOffHoweverOftenItReads() throws Exception {
        SseServer server = endless();
        List<RawSseClient> clients = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            RawSseClient client = client(server, 4096);
            assertThat(client.get("/events").status()).isEqualTo(200);
            clients.add(client);
        }
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        SseConnection one = recorder.nextOpened();
        while (recorder.closed.size() < THREADS) {
            pauseBetweenReads(one);
            for (RawSseClient client : clients) {
                readALittle(client);
            }
            assertThat(System.nanoTime()).as("they are cut off by then").isLessThan(end);
        }
        for (int i = 0; i < THREADS; i++) {
            assertThat(recorder.nextClosed()).isEqualTo(CloseReason.STALLED);
        }
        assertThreadsAreFree();
    }

    /** Waits, so that bytes wait for the client: the time begins anew whenever none do. */
    private static void pauseBetweenReads(SseConnection connection) throws Exception {
        loopOf(connection).schedule(() -> {}, 10, TimeUnit.MILLISECONDS).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private static void readALittle(RawSseClient client) {
        try {
            client.readBytes(2_000);
        } catch (IOException e) {
            // it is cut off, others are not yet
        }
    }

    @Test
    void overHttp2TheStreamIsResetAndTheConnectionStays() throws Exception {
        SseServer server = endless();
        try (Http2Client client = Http2Client.connect(server)) {
            Http2Client.Stream stream = client.follow("/events");
            stream.stopReading();
            SseConnection connection = recorder.nextOpened();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (recorder.closed.isEmpty()) {
                pauseBetweenReads(connection);
                stream.readOnce();
                assertThat(System.nanoTime()).as("it is reset by then").isLessThan(end);
            }
            assertThat(recorder.nextClosed()).isEqualTo(CloseReason.STALLED);
            stream.readOn();
            assertThat(stream.end()).isEqualTo("CANCEL");
            assertThreadsAreFree();
            assertThat(client.isOpen()).isTrue();
        }
    }

    @Test
    void whoTakesWhatThereIsHasTime() throws Exception {
        HandPublisher publisher = new HandPublisher();
        SseServer server = start(demanding()
                .heartbeat(Duration.ofMillis(20))
                .endpoint("/events", request -> SseReply.stream(publisher)));
        RawSseClient client = client(server);
        assertThat(client.get("/events").status()).isEqualTo(200);
        long end = System.nanoTime() + 2 * TIME.toNanos();
        long asked = 0;
        do {
            asked += (asked == 0 ? publisher.nextAsked() : 0) - 1;
            publisher.subscriber().onNext(EVENT);
            assertThat(client.readEvent().data()).isEqualTo(EVENT.data());
        } while (System.nanoTime() < end);
        publisher.subscriber().onComplete();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.COMPLETED);
    }

    @Test
    void aHubsStreamHoldsNothing() throws Exception {
        SseServer server = start(demanding().endpoint("/events", request -> SseReply.subscribe(hub, "t")));
        RawSseClient slow = client(server, 4096);
        assertThat(slow.get("/events").status()).isEqualTo(200);
        SseConnection stream = recorder.nextOpened();
        while (loopOf(stream).submit(((StreamBase) stream).channel::isWritable).get()) {
            publish(EVENT);
        }
        long end = System.nanoTime() + 2 * TIME.toNanos();
        while (System.nanoTime() < end) {
            publish(EVENT);
            slow.readEvent();
        }
        assertThat(stream.isOpen()).isTrue();
    }
}
