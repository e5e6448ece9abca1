package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.harness.ChildJvm;
import dev.freshet.hub.SseHub;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The end of a process that has served. */
class SseServerProcessEndTest {
    private static final long PATIENCE_SECONDS = 60;

    /** Serves a stream, ends, and returns. */
    static final class Main {
        private Main() {}

        public static void main(String[] args) throws Exception {
            try (SseHub hub = SseHub.create()) {
                SseServer server = ServerFixture.local()
                        .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                        .start();
                try (RawSseClient client =
                        RawSseClient.connect("127.0.0.1", server.address().getPort())) {
                    client.get("/events");
                    server.shutdown(Duration.ofDays(1)).toCompletableFuture().join();
                }
            }
            System.out.println("served");
        }
    }

    @Test
    void aShutdownThatIsDoneKeepsNoProcessAlive() throws Exception {
        Process process = ChildJvm.of(ChildJvm.SHORT_LIVED, Main.class).start();
        try (var out = process.inputReader()) {
            assertThat(out.readLine()).isEqualTo("served");
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
    }
}
