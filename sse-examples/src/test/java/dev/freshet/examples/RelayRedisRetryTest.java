package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.harness.RedisProcess;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A relay that is started before its Redis. */
@Tag("cluster")
class RelayRedisRetryTest {
    private static final long PATIENCE_SECONDS = 30;

    @Test
    void aRelayComesUpWithoutRedisAndServesOnceThatIsThere(@TempDir Path folder) throws Exception {
        try (RedisProcess redis = RedisProcess.start(folder)) {
            redis.stop();
            Process relay = ProcessTest.start("relay", "--port", "0", "--redis", redis.uri(), "--redis-retry");
            try {
                URI ready = URI.create(ProcessTest.ready(relay, "http://127.0.0.1:"));
                assertThat(status(ready)).isEqualTo(503);

                redis.startAgain();

                long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
                while (status(ready) != 200) {
                    assertThat(System.nanoTime()).isLessThan(deadline);
                }
            } finally {
                relay.destroyForcibly();
            }
        }
    }

    private static int status(URI relay) throws Exception {
        try (RawSseClient client = RawSseClient.connect(relay.getHost(), relay.getPort())) {
            return client.get("/events").status();
        }
    }
}
