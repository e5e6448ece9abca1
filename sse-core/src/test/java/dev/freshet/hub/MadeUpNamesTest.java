package dev.freshet.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import dev.freshet.harness.ChildJvm;
import dev.freshet.log.Batch;
import dev.freshet.log.StartRequest;
import dev.freshet.log.TooManyTopicsException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Strangers name topics, where an application lets them: as many as there are do not fit into the heap. */
class MadeUpNamesTest {
    private static final long PATIENCE_SECONDS = 120;
    private static final int NAMES = 200_000;
    private static final int EVENTS = 1000;

    /** Publishes to made-up topics, follows others until it is refused, and prints what is left of an honest one. */
    static final class Main {
        private static final String LONG_NAME = "n".repeat(1000);

        private Main() {}

        public static void main(String[] args) {
            try (SseHub hub = SseHub.create()) {
                for (int i = 0; i < NAMES; i++) {
                    hub.publish(LONG_NAME + i, SseEvent.of(""));
                }
                for (int i = 0; i < EVENTS; i++) {
                    hub.publish("honest", SseEvent.of("" + i));
                }
                long refused = 0;
                for (int i = 0; i < NAMES; i++) {
                    refused += follow(hub, LONG_NAME + "followed" + i) ? 0 : 1;
                }
                var cursor = hub.open(List.of("honest"), StartRequest.latest().lastEventId("earliest"))
                        .cursor();
                int read = 0;
                for (Batch batch = cursor.next(1 << 20, null); batch.events() > 0; batch = cursor.next(1 << 20, null)) {
                    read += batch.events();
                }
                System.out.println((refused > 0) + " " + read);
            }
        }

        private static boolean follow(SseHub hub, String topic) {
            try {
                hub.open(List.of(topic), StartRequest.latest());
                return true;
            } catch (TooManyTopicsException e) {
                return false;
            }
        }
    }

    @Test
    void manyMadeUpTopicsExhaustNoHeapAndTakeNoHistory() throws Exception {
        Process process = ChildJvm.of(List.of("-Xmx64m"), Main.class).start();
        try (var out = process.inputReader()) {
            assertThat(out.readLine()).isEqualTo("true " + EVENTS);
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
    }
}
