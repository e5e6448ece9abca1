package dev.freshet.stacks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.hub.SseHub;
import dev.freshet.log.Retention;
import java.io.IOException;
import java.net.SocketException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Streams in Tomcat whose clients go, or take nothing. */
class CutOffTest extends TomcatFixture {
    @Test
    void clientsThatAreCutOffHarmNobody() throws Exception {
        start(hub, LONG, LONG);
        String last = "";
        for (int i = 0; i < 500; i++) {
            RawSseClient client = last.isEmpty()
                    ? followOpened("/events", "fresh")
                    : followOpened("/events", "resumed", "Last-Event-ID: " + last);
            if (i > 0) {
                assertThat(data(client, 1)).containsExactly("" + i);
            }
            client.cut();
            last = client.lastEventId();
            publish("" + (i + 1));
        }
    }

    @Test
    void aClientThatHasGoneIsNoticedByAHeartbeat() throws Exception {
        start(hub, SHORT, LONG);
        RawSseClient client = followOpened("/events", "fresh");
        CountDownLatch left = untilNobodyFollows(hub);
        client.close();
        assertThat(left.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aReaderThatIsStuckStopsNobodyAndIsCutOffWhereTheLogHasLeftIt() throws Exception {
        start(hub, LONG, LONG);
        RawSseClient stuck = client(4096);
        assertThat(stuck.get("/events").status()).isEqualTo(200);
        RawSseClient other = followOpened("/events", "fresh");
        String text = "x".repeat(16 << 10);
        for (int i = 0; servlet.streams() == 2; i++) {
            assertThat(i).as("events, and the stuck one is not cut off").isLessThan(MORE_THAN_SOCKETS_HOLD);
            publish(text);
            assertThat(other.readEvent().data()).isEqualTo(text);
        }
        assertThat(readToCut(stuck)).isTrue();
        publish("a");
        assertThat(data(other, 1)).containsExactly("a");
        RawSseClient again = follow("/events", "reset", "Last-Event-ID: " + stuck.lastEventId());
        assertThat(again.readEvent().data()).contains("\"reason\":\"evicted\"");
    }

    @Test
    void aReaderThatTakesNothingIsCutOffInTime() throws Exception {
        Retention all =
                Retention.builder().maxBytes(64 << 20).hubBytes(128 << 20).build();
        try (SseHub roomy = SseHub.builder().retention(all).build()) {
            start(roomy, LONG, SHORT);
            CountDownLatch left = untilNobodyFollows(roomy);
            RawSseClient stuck = client(4096);
            assertThat(stuck.get("/events").status()).isEqualTo(200);
            stuck.readEvent();
            SseEvent event = SseEvent.of("t", "x".repeat(16 << 10));
            for (int i = 0; i < MORE_THAN_SOCKETS_HOLD; i++) {
                roomy.publish("t", event);
            }
            assertThat(left.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(readToCut(stuck)).isTrue();
        }
    }

    /** Reads all that has come, and returns whether it ended without the end of the response. */
    private static boolean readToCut(RawSseClient client) throws IOException {
        try {
            while (client.tryReadEvent() != null) {}
            return !client.isWhole();
        } catch (SocketException e) {
            return true; // by a reset
        }
    }
}
