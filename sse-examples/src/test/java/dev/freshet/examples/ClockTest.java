package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.ReferenceParser.Event;
import dev.freshet.netty.SseServer;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClockTest {

    private Clock clock;
    private Caller caller;

    @BeforeEach
    void start() {
        clock = Clock.start(SseServer.builder().host("127.0.0.1").port(0));
        caller = new Caller(clock.server());
    }

    @AfterEach
    void stop() {
        clock.close();
    }

    @Test
    void eachEventIsATime() throws Exception {
        try (RawSseClient client = caller.follow("/clock")) {
            List<Event> events = client.readEvents(2);

            assertThat(events).extracting(Event::type).containsOnly("message");
            assertThat(events).extracting(Event::lastEventId).doesNotHaveDuplicates();
            assertThat(events)
                    .allSatisfy(event -> assertThat(Instant.parse(event.data())).isBeforeOrEqualTo(Instant.now()));
        }
    }

    @Test
    void aClientThatWasCutOffResumes() throws Exception {
        try (RawSseClient other = caller.follow("/clock");
                RawSseClient client = caller.follow("/clock");
                RawSseClient again = caller.connect()) {
            Event last = client.readEvent();
            client.cut();
            Event before = other.readEvent();
            while (!before.equals(last)) {
                before = other.readEvent();
            }
            Event missed = other.readEvent();

            assertThat(again.get("/clock", "Last-Event-ID: " + last.lastEventId())
                            .header("SSE-Resume"))
                    .isEqualTo("resumed");
            assertThat(again.readEvent()).isEqualTo(missed);
        }
    }
}
