package dev.freshet.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import dev.freshet.harness.ChildJvm;
import dev.freshet.log.Retention;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a hub retains is heap, and what it evicts is free at once. */
class HeapOnlyTest {
    private static final long PATIENCE_SECONDS = 120;
    private static final int RETAINED_BYTES = 8 << 20;
    private static final int EVENT_BYTES = 10_000;
    private static final long PUBLISHED_BYTES = 200_000_000;

    /** Publishes many times as much as there may be direct memory, and prints how much of it is retained. */
    static final class Main {
        private Main() {}

        public static void main(String[] args) {
            Retention retention = Retention.builder()
                    .maxBytes(RETAINED_BYTES)
                    .hubBytes(2 * RETAINED_BYTES)
                    .build();
            try (SseHub hub = SseHub.builder().retention(retention).build()) {
                SseEvent event = SseEvent.of("x".repeat(EVENT_BYTES));
                for (long bytes = 0; bytes < PUBLISHED_BYTES; bytes += EVENT_BYTES) {
                    hub.publish("t", event);
                }
                System.out.println(hub.stats().retainedBytes());
            }
        }
    }

    @Test
    void aHubNeedsNoDirectMemoryAndNoCollectionThatItAsksFor() throws Exception {
        Process process = ChildJvm.of(
                        List.of("-Xmx64m", "-XX:MaxDirectMemorySize=16m", "-XX:+DisableExplicitGC"), Main.class)
                .start();
        try (var out = process.inputReader()) {
            String retained = out.readLine();
            assertThat(retained).as("it ended early where there is none").isNotNull();
            assertThat(Long.parseLong(retained)).isBetween(RETAINED_BYTES - EVENT_BYTES - 200L, (long) RETAINED_BYTES);
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }
}
