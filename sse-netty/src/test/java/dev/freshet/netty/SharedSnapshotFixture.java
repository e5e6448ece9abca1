package dev.freshet.netty;

import static dev.freshet.harness.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.hub.SseHub;
import dev.freshet.hub.SseSnapshot;
import dev.freshet.hub.SseSnapshot.State;
import dev.freshet.log.Retention;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;

/** A hub whose age does not pass by itself, and a shared snapshot of what was published to it. */
abstract class SharedSnapshotFixture extends ServerFixture {
    static final int RETAINED = 20;

    final Recorder recorder = new Recorder();
    final AtomicLong nanos = new AtomicLong();
    final AtomicInteger calls = new AtomicInteger();
    private final ExecutorService executor = Executors.newSingleThreadExecutor();

    /** A permit for each call that may return, where a test holds it. */
    private final Semaphore mayReturn = new Semaphore(0);

    private final Semaphore called = new Semaphore(0);

    /** The number of the newest event. */
    int published;

    @BeforeEach
    void retainLittle() {
        keep(executor::shutdownNow);
        hub.close();
        hub = SseHub.builder()
                .ticker(nanos::get)
                .retention(Retention.builder()
                        .maxEvents(RETAINED)
                        .hubBytes(1 << 28)
                        .build())
                .build();
    }

    void publishNumbers(int count) {
        for (int i = 0; i < count; i++) {
            publish("" + ++published);
        }
    }

    SseSnapshot snapshot(Supplier<State> supplier) {
        return SseSnapshot.of(hub, List.of("t"), executor, () -> {
            calls.incrementAndGet();
            return supplier.get();
        });
    }

    /** Of one event, with the number of the newest event. */
    SseSnapshot numbers() {
        return snapshot(() -> State.of(List.of(SseEvent.of("state", "" + published))));
    }

    /** The same, whose calls return when they may. */
    SseSnapshot held(Supplier<State> supplier) {
        return snapshot(() -> {
            called.release();
            mayReturn.acquireUninterruptibly();
            return supplier.get();
        });
    }

    SseSnapshot held() {
        return held(() -> State.of(List.of(SseEvent.of("state", "" + published))));
    }

    void awaitCall() throws InterruptedException {
        assertThat(called.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .as("the supplier is called")
                .isTrue();
    }

    void letReturn() {
        mayReturn.release();
    }

    SseServer.Builder recorded(SseSnapshot shared) {
        return local().listener(recorder).endpoint("/events", request -> SseReply.subscribe(hub, "t")
                .attribute("user", "ada")
                .snapshot(shared));
    }

    RawSseClient asking(SseServer server) throws IOException {
        return sending(server, Pipelines.get("/events"));
    }

    /** Returns once the server's one loop has taken over the replies to all that was asked, not only called the endpoint. */
    void awaitRequests(SseServer server, AtomicInteger asked, int count) throws IOException {
        await("the requests have come", () -> asked.get() >= count);
        assertThat(sending(server, Pipelines.get("/none")).readHead().status()).isEqualTo(404);
    }
}
