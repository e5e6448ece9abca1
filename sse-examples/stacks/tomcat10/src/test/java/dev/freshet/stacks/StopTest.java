package dev.freshet.stacks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.ReferenceParser.Event;
import dev.freshet.hub.SseHub;
import dev.freshet.log.Retention;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The end of all streams in Tomcat: before the container stops, and with it. */
class StopTest extends TomcatFixture {
    private static SseHub roomy() {
        Retention all =
                Retention.builder().maxBytes(64 << 20).hubBytes(128 << 20).build();
        return SseHub.builder().retention(all).build();
    }

    private static void publishMoreThanSocketsHold(SseHub roomy) {
        SseEvent event = SseEvent.of("t", "x".repeat(16 << 10));
        for (int i = 0; i < MORE_THAN_SOCKETS_HOLD; i++) {
            roomy.publish("t", event);
        }
    }

    @Test
    void anEndBeforeTheContainersGivesASlowReaderAllAndTheFarewell() throws Exception {
        try (SseHub roomy = roomy()) {
            start(roomy, LONG, LONG);
            RawSseClient slow = client(4096);
            assertThat(slow.get("/events").status()).isEqualTo(200);
            slow.readEvent();
            publishMoreThanSocketsHold(roomy);
            CompletableFuture<Void> end = CompletableFuture.runAsync(servlet::end);
            int events = 0;
            for (Event event = slow.tryReadEvent(); event != null; event = slow.tryReadEvent()) {
                events++;
            }
            assertThat(events).isEqualTo(MORE_THAN_SOCKETS_HOLD);
            assertThat(slow.isWhole()).isTrue();
            assertThat(slow.retries())
                    .as("that of the opening, and the farewell's")
                    .hasSize(2);
            end.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            stop();
        }
    }

    @Test
    void whoComesAfterTheEndIsToldToComeLaterAndIsNotCounted() throws Exception {
        start(hub, LONG, LONG);
        servlet.end();
        RawSseClient client = client(0);
        assertThat(client.get("/events").status()).isEqualTo(200);
        assertThat(client.readBytes(7)).asString().isEqualTo("retry: ");
        assertThat(servlet.streams()).isZero();
        assertThat(hub.topic("t").followers()).isZero();
    }

    @Test
    void anEndMayBeToldAgain() throws Exception {
        start(hub, LONG, LONG);
        RawSseClient client = followOpened("/events", "fresh");
        servlet.end();
        servlet.end();
        stop();
        assertThat(client.tryReadEvent()).isNull();
        assertThat(client.isWhole()).isTrue();
    }

    @Test
    void readersThatAnEndCutsOffLeaveNothingInTheHub() throws Exception {
        try (SseHub roomy = roomy()) {
            start(roomy, LONG, Duration.ofSeconds(2));
            for (int i = 0; i < 3; i++) {
                RawSseClient stuck = client(4096);
                assertThat(stuck.get("/events").status()).isEqualTo(200);
                stuck.readEvent();
            }
            publishMoreThanSocketsHold(roomy);
            servlet.end();
            stop();
            assertThat(roomy.topic("t").followers()).isZero();
            assertThat(servlet.streams()).isZero();
        }
    }
}
