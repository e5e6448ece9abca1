package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.harness.ChildJvm;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** A process whose class path has no provider of SLF4J, so that a failure of its own code would be lost. */
class LogWithoutProviderTest {
    /** Has an endpoint fail three times. */
    static final class Main {
        private Main() {}

        public static void main(String[] args) throws Exception {
            try (SseServer server = ServerFixture.local()
                    .endpoint("/failing", request -> {
                        throw new IllegalStateException("as the test wants");
                    })
                    .start()) {
                for (int i = 0; i < 3; i++) {
                    try (RawSseClient client =
                            RawSseClient.connect("127.0.0.1", server.address().getPort())) {
                        client.get("/failing");
                    }
                }
            }
        }
    }

    @Test
    void theFirstFailureIsToldByTheSystemLoggerAndWhatToAdd() throws Exception {
        Process process = ChildJvm.without("slf4j-simple", Main.class)
                .redirectErrorStream(true)
                .start();
        try {
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).isZero();
            assertThat(said)
                    .containsOnlyOnce("endpoint /failing failed (told once only: SLF4J has no provider")
                    .contains("org.slf4j:slf4j-simple")
                    .containsOnlyOnce("java.lang.IllegalStateException: as the test wants")
                    .contains("LogWithoutProviderTest$Main.lambda$main$");
        } finally {
            process.destroyForcibly();
        }
    }
}
