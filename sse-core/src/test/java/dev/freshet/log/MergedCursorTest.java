package dev.freshet.log;

import static dev.freshet.log.Readings.body;
import static dev.freshet.log.Readings.dataOn;
import static dev.freshet.log.Readings.events;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.ResumeOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MergedCursorTest {
    private final TestClock clock = new TestClock();
    private final HubLog hub = new HubLog(Retention.defaults(), clock, new EventId(TestClock.START, 0));

    private EventId publish(String topic, String data) {
        return hub.append(topic, body(data), null);
    }

    @Test
    void eventsOfSeveralTopicsComeInTheOrderOfTheHub() {
        publish("b", "1");
        publish("a", "2");
        publish("b", "3");
        publish("b", "4");
        publish("a", "5");

        assertThat(dataOn(hub.open(List.of("a", "b"), StartRequest.latest().lastEventId("earliest"))
                        .cursor()))
                .containsExactly("1", "2", "3", "4", "5");
    }

    @Test
    void aRunOfOneTopicIsOneBatch() {
        publish("a", "1");
        publish("b", "2");
        publish("b", "3");
        publish("a", "4");
        Cursor cursor = hub.open(List.of("a", "b"), StartRequest.latest().lastEventId("earliest"))
                .cursor();

        assertThat(cursor.next(1000, null).events()).isEqualTo(1);
        assertThat(cursor.next(1000, null).events()).isEqualTo(2);
        assertThat(cursor.next(1000, null).events()).isEqualTo(1);
        assertThat(cursor.next(1000, null)).isSameAs(Batch.CAUGHT_UP);
    }

    @Test
    void aTopicNamedTwiceIsReadOnce() {
        publish("a", "1");

        assertThat(dataOn(hub.open(List.of("a", "a"), StartRequest.latest().lastEventId("earliest"))
                        .cursor()))
                .containsExactly("1");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8, 9, 10})
    void anyResumeOfAnyTopicsDeliversWhatAListOfAllEventsWould(int topics) {
        Random random = new Random(topics);
        record Published(EventId id, String topic, String data) {}
        List<Published> all = new ArrayList<>();
        for (int i = 0; i < 1500; i++) {
            String topic = "t" + random.nextInt(topics);
            String data = i + "x".repeat(random.nextInt(60));
            all.add(new Published(publish(topic, data), topic, data));
            clock.advance(Duration.ofMillis(random.nextInt(2)));
        }
        for (int round = 0; round < 50; round++) {
            List<String> followed = IntStream.range(0, topics)
                    .filter(i -> i < 2 || random.nextBoolean())
                    .mapToObj(i -> "t" + i)
                    .toList();
            EventId after = all.get(random.nextInt(all.size())).id();
            Start start = hub.open(followed, StartRequest.latest().lastEventId(after.toString()));

            assertThat(start.outcome()).isEqualTo(ResumeOutcome.RESUMED);
            assertThat(readInPieces(start.cursor(), random))
                    .isEqualTo(all.stream()
                            .filter(e -> e.id().compareTo(after) > 0 && followed.contains(e.topic()))
                            .map(e -> new Readings.Read(e.id().toString(), e.data()))
                            .toList());
        }
    }

    private static List<Readings.Read> readInPieces(Cursor cursor, Random random) {
        List<Readings.Read> read = new ArrayList<>();
        Batch batch = cursor.next(random.nextInt(500), null);
        while (batch.events() > 0) {
            read.addAll(events(batch));
            assertThat(cursor.position()).hasToString(read.get(read.size() - 1).id());
            batch = cursor.next(random.nextInt(500), null);
        }
        assertThat(batch).isSameAs(Batch.CAUGHT_UP);
        return read;
    }
}
