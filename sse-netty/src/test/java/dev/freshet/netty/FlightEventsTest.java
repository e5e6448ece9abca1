package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.hub.SseHub;
import dev.freshet.log.Retention;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a recording of JDK Flight Recorder holds. */
class FlightEventsTest extends ServerFixture {
    private static final List<String> NAMES = Stream.of("Refusal", "Reset", "LagOut", "SlowDrain", "LoopHold")
            .map(FlightEventsTest::named)
            .toList();

    @TempDir
    Path folder;

    private static String named(String event) {
        return "dev.freshet." + event;
    }

    private interface Code {
        void run() throws Exception;
    }

    /** What is recorded of such events while the code runs. */
    private List<RecordedEvent> record(String event, Code code) throws Exception {
        Path file = folder.resolve("recording.jfr");
        try (Recording recording = new Recording()) {
            NAMES.forEach(name -> recording.disable(name));
            recording.enable(named(event));
            recording.start();
            code.run();
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file).stream()
                .filter(each -> NAMES.contains(each.getEventType().getName()))
                .toList();
    }

    private void refuse() throws Exception {
        SseServer server = serve(request -> SseReply.refuse(403));
        assertThat(client(server).get("/events").status()).isEqualTo(403);
    }

    @Test
    void aRefusalIsRecorded() throws Exception {
        List<RecordedEvent> events = record("Refusal", this::refuse);

        assertThat(events).hasSize(1);
        assertThat(events.get(0).getString("endpoint")).isEqualTo("/events");
        assertThat(events.get(0).getInt("status")).isEqualTo(403);
        assertThat(events.get(0).getString("why")).isEqualTo("APPLICATION");
    }

    @Test
    void whatNoRecordingAsksForIsNotRecorded() throws Exception {
        assertThat(record("Reset", this::refuse)).isEmpty();
    }

    @Test
    void aResetIsRecorded() throws Exception {
        List<RecordedEvent> events = record("Reset", () -> follower(serve(), "Last-Event-ID: unknown"));

        assertThat(events).hasSize(1);
        assertThat(events.get(0).getString("reason")).isEqualTo("UNKNOWN");
    }

    @Test
    void aStreamThatLagsOutIsRecorded() throws Exception {
        hub = SseHub.builder()
                .retention(Retention.builder().maxEvents(10).build())
                .build();
        Recorder recorder = new Recorder();
        SseServer server =
                start(local().listener(recorder).endpoint("/events", request -> SseReply.subscribe(hub, "t")));

        List<RecordedEvent> events = record("LagOut", () -> {
            RawSseClient stuck = client(server, 4 << 10);
            stuck.get("/events");
            recorder.nextOpened();
            for (int i = 0; i < 300; i++) {
                publish("x".repeat(100_000)); // more in all than any socket takes
            }
            rest(stuck);
            assertThat(recorder.nextClosed()).isEqualTo(CloseReason.LAGGED);
        });

        assertThat(events).hasSize(1);
        assertThat(events.get(0).getString("endpoint")).isEqualTo("/events");
    }

    @Test
    void anInterruptedDrainIsRecorded() throws Exception {
        SseHandler handler = new SseHandler(new RequestEngine(
                SseHandler.builder()
                        .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                        .options(1),
                0,
                System::nanoTime));
        int port = listen(handler);
        List<RecordedEvent> events = record("SlowDrain", () -> {
            RawSseClient one = client(port);
            one.get("/events");
            RawSseClient two = client(port);
            two.get("/events");
            publish("x");
            assertThat(one.readEvent().data()).isEqualTo("x");
            assertThat(two.readEvent().data()).isEqualTo("x");
        });

        assertThat(events).isNotEmpty().allSatisfy(event -> {
            assertThat(event.getString("topic")).isEqualTo("t");
            assertThat(event.getInt("drained")).isLessThan(event.getInt("streams"));
        });
    }

    @Test
    void codeThatHoldsAnEventLoopIsRecorded() throws Exception {
        long[] now = {0};
        EventLoopHoldWatch watch = new EventLoopHoldWatch(() -> now[0]);
        List<RecordedEvent> events = record("LoopHold", () -> {
            long began = watch.begin();
            now[0] += 200_000_000;
            watch.end(began, "endpoint", "/slow");
        });

        assertThat(events).hasSize(1);
        assertThat(events.get(0).getString("code")).isEqualTo("endpoint");
        assertThat(events.get(0).getString("which")).isEqualTo("/slow");
    }
}
