package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.log.Retention;
import dev.freshet.netty.Http2Client.Stream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** HTTP/2 streams that have no window, beside streams of the same connection that have. */
class Http2SlowStreamTest extends ServerFixture {
    private static final int WINDOW = 64 << 10;
    private static final int MORE_THAN_A_WINDOW = 16 * WINDOW;
    private static final String LARGE = "x".repeat(8 << 10);

    private final Recorder recorder = new Recorder();

    private void retain(int bytes) {
        hub.close();
        hub = SseHub.builder()
                .retention(Retention.builder().maxBytes(bytes).build())
                .build();
    }

    private SseServer.Builder recorded() {
        return local().listener(recorder)
                .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                .endpoint("/other", request -> SseReply.subscribe(hub, "other"));
    }

    private static Http2Client connect(SseServer server, int streams) throws Exception {
        return Http2Client.connect(server).widen(streams * WINDOW);
    }

    private static Stream stuck(Http2Client client) throws Exception {
        Stream stream = client.follow("/events");
        stream.stopReading();
        return stream;
    }

    private EventId publishMuch() {
        return publish(MORE_THAN_A_WINDOW);
    }

    private EventId publish(int atLeast) {
        for (int bytes = 0; bytes < atLeast; bytes += LARGE.length()) {
            publish(LARGE);
        }
        return publish("last");
    }

    @Test
    void aStreamWithoutAWindowHoldsUpNoneOfNinetyNineOthers() throws Exception {
        SseServer server = start(recorded());
        try (Http2Client client = connect(server, 100)) {
            Stream slow = stuck(client);
            List<Stream> fast = new ArrayList<>();
            for (int i = 0; i < 99; i++) {
                fast.add(client.follow("/events"));
            }
            EventId last = publish(4 * WINDOW); // for each of a hundred
            for (Stream stream : fast) {
                assertThat(lastOf(stream)).isEqualTo(last.toString());
            }
            slow.readOn();
            assertThat(lastOf(slow)).isEqualTo(last.toString());
        }
    }

    private static String lastOf(Stream stream) throws Exception {
        var event = stream.readEvent();
        for (; !event.data().equals("last"); event = stream.readEvent()) {
            assertThat(event.data()).hasSize(LARGE.length());
        }
        return event.lastEventId();
    }

    @Test
    void aStreamWithoutAWindowLagsInTheLogAndThenOutOfIt() throws Exception {
        retain(64 << 10);
        SseServer server = start(recorded().heartbeat(Duration.ofMillis(80)).writeTimeout(Duration.ofDays(1)));
        try (Http2Client client = connect(server, 1)) {
            Stream slow = stuck(client);
            publishMuch();
            assertThat(recorder.nextClosed()).isEqualTo(CloseReason.LAGGED);
            slow.readOn();
            assertThat(slow.end()).isEqualTo("CANCEL");
            assertThat(client.isOpen()).isTrue();
        }
        assertThat(recorder.lagged).hasSize(1);
    }

    @Test
    void aStreamThatLagsOutSkipsWhereItIsToldSo() throws Exception {
        retain(64 << 10);
        SseServer server = start(recorded().lagPolicy(LagPolicy.SKIP));
        try (Http2Client client = connect(server, 1)) {
            Stream slow = stuck(client);
            publishMuch();
            slow.readOn();
            boolean reset = false;
            for (var event = slow.readEvent(); !event.data().equals("last"); event = slow.readEvent()) {
                reset |= event.type().equals("stream-reset");
            }
            assertThat(reset).isTrue();
        }
    }

    @Test
    void aStreamThatTakesNothingIsStalledAndTheConnectionStays() throws Exception {
        SseServer server = start(recorded().writeTimeout(Duration.ofMillis(100)));
        try (Http2Client client = connect(server, 2)) {
            Stream quick = client.follow("/other");
            Stream slow = stuck(client);
            publishMuch();
            assertThat(recorder.nextClosed()).isEqualTo(CloseReason.STALLED);
            slow.readOn();
            assertThat(slow.end()).isEqualTo("CANCEL");
            hub.publish("other", SseEvent.of("on"));
            assertThat(quick.readEvent().data()).isEqualTo("on");
        }
    }

    @Test
    void aFiniteStreamThatTakesNothingIsStalledAndTheConnectionStays() throws Exception {
        HandPublisher publisher = new HandPublisher();
        SseServer server = start(recorded()
                .writeTimeout(Duration.ofMillis(100))
                .endpoint("/finite", request -> SseReply.stream(publisher)));
        try (Http2Client client = connect(server, 2)) {
            Stream quick = client.follow("/other");
            Stream slow = client.follow("/finite");
            slow.stopReading();
            publisher.next("x".repeat(MORE_THAN_A_WINDOW));
            assertThat(recorder.nextClosed()).isEqualTo(CloseReason.STALLED);
            publisher.untilCancelled();
            slow.readOn();
            assertThat(slow.end()).isEqualTo("CANCEL");
            hub.publish("other", SseEvent.of("on"));
            assertThat(quick.readEvent().data()).isEqualTo("on");
        }
    }

    @Test
    void aFiniteStreamThatIsCompleteAndNotTakenIsReset() throws Exception {
        HandPublisher publisher = new HandPublisher();
        SseServer server = start(recorded()
                .writeTimeout(Duration.ofMillis(100))
                .endpoint("/finite", request -> SseReply.stream(publisher)));
        try (Http2Client client = connect(server, 2)) {
            Stream slow = client.follow("/finite");
            slow.stopReading();
            publisher.next("x".repeat(60 << 10));
            // Over the window, but not so much that the end is not written.
            publisher.last("x".repeat(10 << 10), recorder.nextOpened());
            assertThat(recorder.nextClosed()).isEqualTo(CloseReason.STALLED);
            slow.readOn();
            assertThat(slow.end()).isEqualTo("CANCEL");
        }
    }

    @Test
    void tooManyPrivateEventsForAStreamWithoutAWindowEndIt() throws Exception {
        SseServer server = start(recorded());
        try (Http2Client client = connect(server, 1)) {
            stuck(client);
            SseConnection connection = recorder.nextOpened();
            assertThatThrownBy(() -> {
                        for (int bytes = 0; bytes < MORE_THAN_A_WINDOW; bytes += LARGE.length()) {
                            CompletableFuture<Void> sent =
                                    connection.send(SseEvent.of(LARGE)).toCompletableFuture();
                            if (sent.isCompletedExceptionally()) {
                                sent.join();
                            }
                        }
                    })
                    .isInstanceOf(CompletionException.class)
                    .hasMessageContaining("(sendLimit)");
            assertThat(recorder.nextClosed()).isEqualTo(CloseReason.OVERFLOW);
        }
    }

    @Test
    void aConnectionThatReadsNothingAtAllIsBounded() throws Exception {
        retain(64 << 20); // all of it, however late the event loop comes to it
        SseServer server = start(recorded().writeTimeout(Duration.ofMillis(200)));
        try (Http2Client client = connect(server, 1000)) {
            for (int i = 0; i < 20; i++) {
                client.follow("/events");
            }
            client.stopReading();
            for (int i = 0; i < 16; i++) {
                publishMuch();
            }
            for (int i = 0; i < 20; i++) {
                assertThat(recorder.nextClosed()).isEqualTo(CloseReason.STALLED);
            }
        }
    }
}
