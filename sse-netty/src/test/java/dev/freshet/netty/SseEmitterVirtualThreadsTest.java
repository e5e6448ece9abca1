package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import java.lang.reflect.Method;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Streams whose code runs on virtual threads; on a JDK that has none, on a thread each. */
class SseEmitterVirtualThreadsTest extends ServerFixture {
    private static final int RECEIVE_BUFFER = 4 << 10;
    private static final int MORE_THAN_SOCKETS_HOLD = 16 << 20;
    private static final String LARGE = "x".repeat(64 << 10);

    private final ExecutorService threads = threads();

    private static ExecutorService threads() {
        Method factory;
        try {
            factory = Executors.class.getMethod("newVirtualThreadPerTaskExecutor");
        } catch (NoSuchMethodException e) { // before JDK 21
            return Executors.newCachedThreadPool();
        }
        try {
            return (ExecutorService) Objects.requireNonNull(factory.invoke(null));
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
    }

    @Test
    void whatTheCodeSendsArrivesInOrderAndTheConnectionTakesTheNextRequest() throws Exception {
        RawSseClient client = client(serve(request -> SseReply.stream(threads, emitter -> {
            for (int i = 0; i < 1_000; i++) {
                emitter.send(SseEvent.of(String.valueOf(i)));
            }
        })));
        for (int request = 0; request < 2; request++) {
            assertThat(client.get("/events").status()).isEqualTo(200);
            for (int i = 0; i < 1_000; i++) {
                assertThat(client.readEvent().data()).isEqualTo(String.valueOf(i));
            }
            assertThat(client.readToEnd()).isEmpty();
        }
    }

    /** More of them than there are processors to carry virtual threads. */
    @Test
    void sendsThatWaitForTheirClientsHoldUpNoOtherStream() throws Exception {
        Recorder recorder = new Recorder();
        SseServer server = start(local().listener(recorder)
                .endpoint(
                        "/events",
                        request -> SseReply.stream(threads, emitter -> {
                            int bytes = request.query("small") == null ? MORE_THAN_SOCKETS_HOLD : LARGE.length();
                            for (int sent = 0; sent < bytes; sent += LARGE.length()) {
                                emitter.send(SseEvent.of(LARGE));
                            }
                        })));
        for (int i = 0; i < 4 * Runtime.getRuntime().availableProcessors(); i++) {
            client(server, RECEIVE_BUFFER).get("/events");
            untilFull(recorder.nextOpened());
        }
        RawSseClient quick = client(server);
        quick.get("/events?small");
        assertThat(quick.readEvent().data()).isEqualTo(LARGE);
        assertThat(quick.readToEnd()).isEmpty();
    }
}
