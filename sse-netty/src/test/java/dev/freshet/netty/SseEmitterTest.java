package dev.freshet.netty;

import static dev.freshet.harness.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams that plain code writes. Covers {@link InterruptibleThreads}. */
class SseEmitterTest extends ServerFixture {
    private static final int RECEIVE_BUFFER = 4 << 10;
    private static final int MORE_THAN_SOCKETS_HOLD = 16 << 20;
    private static final String LARGE = "x".repeat(8 << 10);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Recorder recorder = new Recorder();
    /** What the code ended with: an exception, or text. */
    private final BlockingQueue<Object> ends = new LinkedBlockingQueue<>();

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
    }

    private SseServer emitting(SseSource source) {
        return start(local().listener(recorder)
                .endpoint(
                        "/events",
                        request -> SseReply.stream(threads, emitter -> {
                            try {
                                source.emit(emitter);
                                ends.add("returned");
                            } catch (Exception e) {
                                ends.add(e);
                                throw e;
                            }
                        })));
    }

    private Object end() throws InterruptedException {
        return ends.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Up to what neither socket takes any more. */
    private static void fill(SseEmitter emitter) throws Exception {
        for (int i = 0; i < MORE_THAN_SOCKETS_HOLD / LARGE.length(); i++) {
            emitter.send(SseEvent.of(LARGE));
        }
    }

    @Test
    void theStreamEndsWhereTheCodeReturns() throws Exception {
        RawSseClient client = client(emitting(emitter -> {
            emitter.send(SseEvent.of("a"));
            emitter.send(SseEvent.of("b"));
        }));
        client.get("/events");
        assertThat(rest(client)).isEqualTo("data: a\n\ndata: b\n\n");
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.COMPLETED);
        assertThat(client.get("/events").status()).isEqualTo(200);
    }

    @Test
    void aThousandEventsKeepTheirOrder() throws Exception {
        RawSseClient client = client(emitting(emitter -> {
            for (int i = 0; i < 1000; i++) {
                emitter.send(SseEvent.of(String.valueOf(i)));
            }
        }));
        client.get("/events");
        for (int i = 0; i < 1000; i++) {
            assertThat(client.readEvent().data()).isEqualTo(String.valueOf(i));
        }
        assertThat(rest(client)).isEmpty();
    }

    @Test
    void codeThatThrowsIsToldInBand() throws Exception {
        RawSseClient client = client(emitting(emitter -> {
            emitter.send(SseEvent.of("a"));
            throw new IOException("the model is gone");
        }));
        client.get("/events");
        assertThat(rest(client)).isEqualTo("data: a\n\nevent: error\ndata: {\"message\":\"the stream failed\"}\n\n");
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.FAILED);
    }

    @Test
    @Timeout(3 * PATIENCE_SECONDS)
    void aClientThatDoesNotReadMakesSendWait() throws Exception {
        BlockingQueue<Thread> sender = new LinkedBlockingQueue<>();
        RawSseClient client = client(
                emitting(emitter -> {
                    sender.add(Thread.currentThread());
                    fill(emitter);
                }),
                RECEIVE_BUFFER);
        client.get("/events");
        untilFull(recorder.nextOpened());
        Thread sending = sender.take();
        await("it has sent what was requested before", () -> sending.getState() == Thread.State.WAITING);
        assertThat(ends).isEmpty();
        assertThat(rest(client)).hasSizeGreaterThan(MORE_THAN_SOCKETS_HOLD);
        assertThat(end()).isEqualTo("returned");
    }

    @Test
    void aSendThatWaitsFailsWhenTheClientGoes() throws Exception {
        RawSseClient client = client(emitting(SseEmitterTest::fill), RECEIVE_BUFFER);
        client.get("/events");
        client.readEvents(2);
        client.cut();
        assertThat(end()).isInstanceOf(SseClosedException.class);
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.PEER);
    }

    private static void awaitThoughInterrupted(CountDownLatch latch) {
        while (true) {
            try {
                latch.await();
                return;
            } catch (InterruptedException e) {
                // as code does that knows better
            }
        }
    }

    @Test
    void aSendAfterTheClientHasGoneFailsAndSaysSo() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch gone = new CountDownLatch(1);
        RawSseClient client = client(emitting(emitter -> {
            running.countDown();
            awaitThoughInterrupted(gone);
            assertThat(emitter.isOpen()).isFalse();
            emitter.send(SseEvent.of("late"));
        }));
        client.get("/events");
        running.await(); // the code of a client that goes before is not run at all
        client.cut();
        recorder.nextClosed();
        gone.countDown();
        assertThat(end()).isInstanceOfSatisfying(SseClosedException.class, e -> assertThat(e)
                .hasMessage("stream: ended before its source (the client has gone, or the server closed it)"));
    }

    @Test
    void aSendThatWaitsCanBeInterrupted() throws Exception {
        BlockingQueue<Thread> sender = new LinkedBlockingQueue<>();
        RawSseClient client = client(
                emitting(emitter -> {
                    sender.add(Thread.currentThread());
                    fill(emitter);
                }),
                RECEIVE_BUFFER);
        client.get("/events");
        sender.take().interrupt();
        assertThat(end()).isInstanceOf(InterruptedException.class);
        while (client.readEvent().type().equals("message")) {} // up to the error
        assertThat(rest(client)).isEmpty();
    }

    @Test
    void codeThatSendsNothingHearsAtOnceThatItsClientHasGone() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        RawSseClient client = client(emitting(emitter -> {
            emitter.onClose(closed::countDown);
            running.countDown();
            new CountDownLatch(1).await();
        }));
        client.get("/events");
        running.await();
        client.cut();
        assertThat(end()).isInstanceOf(InterruptedException.class);
        assertThat(closed.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aSendAfterTheCodeHasReturnedFails() throws Exception {
        CompletableFuture<SseEmitter> kept = new CompletableFuture<>();
        RawSseClient client = client(emitting(kept::complete));
        client.get("/events");
        assertThat(rest(client)).isEmpty();
        assertThat(kept.join().isOpen()).isFalse();
        assertThatExceptionOfType(SseClosedException.class)
                .isThrownBy(() -> kept.join().send(SseEvent.of("late")));
    }

    @Test
    void aFullExecutorRefuses() throws Exception {
        SseServer server = serve(request -> SseReply.stream(
                task -> {
                    throw new RejectedExecutionException("full");
                },
                emitter -> {}));
        assertThat(client(server).get("/events").status()).isEqualTo(503);
    }

    @Test
    void anExecutorThatWouldRunTheCodeOnTheEventLoopRefuses() throws Exception {
        SseServer server = serve(request -> SseReply.stream(Runnable::run, emitter -> ends.add("ran")));
        assertThat(client(server).get("/events").status()).isEqualTo(503);
        assertThat(ends).isEmpty();
    }

    @Test
    void aClientThatStallsEndsTheCode() throws Exception {
        SseServer server = start(local().listener(recorder)
                .writeTimeout(Duration.ofMillis(100))
                .endpoint(
                        "/events",
                        request -> SseReply.stream(threads, emitter -> {
                            try {
                                fill(emitter);
                            } catch (SseClosedException e) {
                                ends.add(e);
                            }
                        })));
        client(server, RECEIVE_BUFFER).get("/events");
        assertThat(end()).isInstanceOf(SseClosedException.class);
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.STALLED);
    }
}
