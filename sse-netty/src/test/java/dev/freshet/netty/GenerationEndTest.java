package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.ReferenceParser.Event;
import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** How finite streams end that outlive their connections. */
class GenerationEndTest extends ServerFixture {
    private static final String FAILED = "{\"message\":\"the stream failed\"}";

    private final SseGeneration generation = SseGeneration.start(hub, "answer");

    private void assertFollowed(String... typesAndData) throws Exception {
        RawSseClient client = follower(serve(generation::follow));
        for (int i = 0; i < typesAndData.length; i += 2) {
            assertThat(client.readEvent())
                    .extracting(Event::type, Event::data)
                    .containsExactly(typesAndData[i], typesAndData[i + 1]);
        }
        assertThat(client.tryReadEvent()).isNull();
    }

    @Test
    void itIsCompleteWhereItsCodeReturns() throws Exception {
        generation.run(Runnable::run, () -> generation.publish(SseEvent.of("a")));
        assertFollowed("message", "a", "done", "{}");
    }

    @Test
    void itHasFailedWhereItsCodeThrows() throws Exception {
        generation.run(Runnable::run, () -> {
            generation.publish(SseEvent.of("a"));
            throw new IOException("the model is gone");
        });
        assertFollowed("message", "a", "error", FAILED);
    }

    @Test
    void itHasFailedWhereNobodyRunsItsCode() throws Exception {
        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> generation.run(
                        task -> {
                            throw new RejectedExecutionException("full");
                        },
                        () -> {}));
        assertFollowed("error", FAILED);
    }

    @Test
    void theEndThatItsCodeGivesItCounts() throws Exception {
        generation.run(Runnable::run, () -> {
            generation.complete(SseEvent.of("usage", "12"));
            throw new IOException("too late");
        });
        assertFollowed("usage", "12");
    }

    @Test
    void codeThatIsInterruptedStaysSo() throws Exception {
        generation.run(Runnable::run, () -> {
            throw new InterruptedException("by the test");
        });
        assertThat(Thread.interrupted()).isTrue();
        assertFollowed("error", FAILED);
    }

    @Test
    void codeThatOutlivesTheHubFailsQuietly() {
        generation.run(Runnable::run, hub::close);
        assertThat(generation.isComplete()).isFalse();
    }
}
