package dev.freshet.log;

import static dev.freshet.log.Readings.body;
import static dev.freshet.log.Readings.dataOn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.EventId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EvictionTest {
    private static final Duration AGE = Duration.ofSeconds(80);

    private final TestClock clock = new TestClock();

    private HubLog hub(Retention.Builder retention) {
        return new HubLog(retention.build(), clock, new EventId(TestClock.START, 0));
    }

    private static EventId publish(HubLog hub, String topic, String data) {
        return hub.append(topic, body(data), null);
    }

    private static List<String> retained(HubLog hub, String... topics) {
        Cursor cursor = hub.open(List.of(topics), StartRequest.latest().lastEventId("earliest"))
                .cursor();
        List<String> data = dataOn(cursor);
        cursor.close();
        return data;
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString).toList();
    }

    @Test
    void exactlyTheNewestMaxEventsAreRetained() {
        HubLog hub = hub(Retention.builder().maxEvents(7));
        for (int i = 0; i < 500; i++) {
            publish(hub, "a", "" + i);
            assertThat(retained(hub, "a")).isEqualTo(numbers(Math.max(0, i - 6), i + 1));
            assertThat(TestLogs.stats(hub).events()).isEqualTo(Math.min(i + 1, 7));
        }
    }

    @Test
    void asManyOfTheNewestEventsAsFitIntoMaxBytesAreRetained() {
        HubLog hub = hub(Retention.builder().maxBytes(4096));
        Deque<Integer> fitting = new ArrayDeque<>();
        int bytes = 0;
        for (int i = 0; i < 300; i++) {
            String data = "x".repeat(i * 37 % 500);
            EventId id = publish(hub, "a", data);
            fitting.add(body(data).length + ("id: " + id + "\n\n").length());
            bytes += fitting.getLast();
            while (bytes > 4096) {
                bytes -= fitting.remove();
            }
            assertThat(TestLogs.stats(hub).bytes()).isEqualTo(bytes);
            assertThat(retained(hub, "a")).hasSameSizeAs(fitting);
        }
    }

    @Test
    void eventsAreDroppedOnceTheyAreOlderThanMaxAge() {
        HubLog hub = hub(Retention.builder().maxAge(AGE));
        publish(hub, "a", "old");
        clock.advance(Duration.ofMillis(1));
        publish(hub, "a", "young");
        clock.advance(AGE.minusMillis(1));

        assertThat(retained(hub, "a")).containsExactly("old", "young");
        clock.advance(Duration.ofMillis(1));
        assertThat(retained(hub, "a")).containsExactly("young");
    }

    @Test
    void oldEventsOfOneTopicAreSweptWhileAnotherIsPublishedTo() {
        HubLog hub = hub(Retention.builder().maxAge(AGE));
        publish(hub, "quiet", "old");
        clock.advance(AGE.multipliedBy(2));
        publish(hub, "busy", "new");

        assertThat(TestLogs.stats(hub).events()).isEqualTo(1);
    }

    @Test
    void theHubBudgetEvictsTheOldestSegmentOfAll() {
        HubLog hub = hub(Retention.builder().maxBytes(2048).hubBytes(8000)); // four topics and their segments
        String big = "x".repeat(800);
        for (String topic : List.of("a", "b", "c", "d")) {
            publish(hub, topic, topic + big);
        }
        assertThat(retained(hub, "a", "b", "c", "d")).hasSize(4);
        publish(hub, "d", "e" + big);

        assertThat(retained(hub, "a")).isEmpty();
        assertThat(retained(hub, "b", "c", "d")).containsExactly("b" + big, "c" + big, "d" + big, "e" + big);
    }

    @Test
    void aCaughtUpCursorOnAnEvictedSegmentGoesOnWithoutLoss() {
        HubLog hub = hub(Retention.builder().maxBytes(2048).hubBytes(3700)); // two segments
        String big = "x".repeat(800);
        publish(hub, "a", "1" + big);
        Cursor cursor = hub.open(List.of("a"), StartRequest.latest().lastEventId("earliest"))
                .cursor();
        assertThat(dataOn(cursor)).hasSize(1);
        publish(hub, "b", big);
        publish(hub, "b", big);
        assertThat(retained(hub, "a")).isEmpty();
        assertThat(cursor.next(100, null)).isSameAs(Batch.CAUGHT_UP);
        publish(hub, "a", "2" + big);

        assertThat(dataOn(cursor)).containsExactly("2" + big);
        assertThat(cursor.next(100, null)).isSameAs(Batch.CAUGHT_UP);
    }

    @Test
    void aLaggingCursorIsToldAndSkipsToTheOldestRetained() {
        HubLog hub = hub(Retention.builder().maxEvents(3));
        publish(hub, "a", "read");
        Cursor cursor = hub.open(List.of("a"), StartRequest.latest().lastEventId("earliest"))
                .cursor();
        assertThat(dataOn(cursor)).containsExactly("read");
        EventId stood = cursor.position();
        for (int i = 0; i < 100; i++) {
            publish(hub, "a", "" + i);
        }
        assertThat(cursor.next(100, null)).isSameAs(Batch.LAGGED_OUT);
        assertThat(cursor.next(100, null)).isSameAs(Batch.LAGGED_OUT);
        Reset reset = cursor.skip();

        assertThat(reset.reason()).isEqualTo(Reset.Reason.LAGGED);
        assertThat(reset.requested()).isEqualTo(stood.toString());
        assertThat(reset.latest()).isEqualTo(hub.latest());
        assertThat(dataOn(cursor)).isEqualTo(numbers(97, 100));
        assertThat(cursor.position()).isEqualTo(hub.latest());
    }

    @Test
    void aSkippedCursorStandsWhereAResumeGivesTheSame() {
        HubLog hub = hub(Retention.builder().maxEvents(3));
        Cursor cursor = hub.open(List.of("a", "b"), StartRequest.latest()).cursor();
        publish(hub, "b", "b");
        for (int i = 0; i < 100; i++) {
            publish(hub, "a", "" + i);
        }
        assertThat(cursor.next(100, null)).isSameAs(Batch.LAGGED_OUT);
        cursor.skip();
        String position = cursor.position().toString();
        Cursor resumed = hub.open(List.of("a", "b"), StartRequest.latest().lastEventId(position))
                .cursor();

        assertThat(dataOn(cursor)).containsExactly("b", "97", "98", "99");
        assertThat(dataOn(resumed)).containsExactly("b", "97", "98", "99");
    }

    @Test
    void aCursorOnARetainedSegmentReadsEventsBelowTheFloor() {
        HubLog hub = hub(Retention.builder().maxEvents(1));
        Cursor cursor = hub.open(List.of("a"), StartRequest.latest()).cursor();
        publish(hub, "a", "1");
        publish(hub, "a", "2");

        assertThat(dataOn(cursor)).containsExactly("1", "2");
    }

    @Test
    void eventsLargerThanASegmentAreKeptWhole() {
        HubLog hub = hub(Retention.builder().maxBytes(1 << 16));
        List<String> all = new ArrayList<>();
        for (int size : new int[] {10, 9_000, 20, 20_000, 30, 30_001}) {
            all.add("x".repeat(size));
            publish(hub, "a", "x".repeat(size));
        }

        assertThat(retained(hub, "a")).isEqualTo(all);
    }

    @Test
    void theLargestEventIsTaken() {
        HubLog hub = hub(Retention.builder().maxBytes(1024));
        String largest = "x".repeat(1024 - 64 - body("").length);
        publish(hub, "a", largest);

        assertThat(retained(hub, "a")).containsExactly(largest);
    }

    @Test
    void aTooLargeEventIsRefusedAndTheHubGoesOn() {
        HubLog hub = hub(Retention.builder().maxBytes(1024));
        publish(hub, "a", "1");
        EventId before = hub.latest();

        assertThatThrownBy(() -> hub.append("a", new byte[961], null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("event: 961 bytes (expected: at most 960, from retention.maxBytes)");
        assertThat(hub.latest()).isEqualTo(before);
        publish(hub, "a", "2");
        assertThat(retained(hub, "a")).containsExactly("1", "2");
    }

    @Test
    void aSkipRepeatsNothingOfATopicThatDidNotLag() {
        HubLog hub = hub(Retention.builder().maxEvents(3));
        publish(hub, "b", "read 1");
        publish(hub, "a", "read 2");
        Cursor cursor = hub.open(List.of("a", "b"), StartRequest.latest().lastEventId("earliest"))
                .cursor();
        assertThat(dataOn(cursor)).containsExactly("read 1", "read 2");
        publish(hub, "b", "unread");
        for (int i = 0; i < 100; i++) {
            publish(hub, "a", "" + i);
        }
        assertThat(cursor.next(100, null)).isSameAs(Batch.LAGGED_OUT);
        cursor.skip();
        String position = cursor.position().toString();
        publish(hub, "b", "after");
        publish(hub, "a", "100");
        Cursor resumed = hub.open(List.of("a", "b"), StartRequest.latest().lastEventId(position))
                .cursor();

        assertThat(dataOn(cursor)).containsExactly("unread", "97", "98", "99", "after", "100");
        assertThat(dataOn(resumed)).containsSubsequence("unread", "98", "99", "after", "100");
        publish(hub, "b", "on");
        assertThat(dataOn(cursor)).containsExactly("on");
    }

    @Test
    void aCursorKnowsThatItLaggedOut() {
        HubLog hub = hub(Retention.builder().maxEvents(3));
        Cursor one = hub.open(List.of("a"), StartRequest.latest()).cursor();
        Cursor two = hub.open(List.of("a", "b"), StartRequest.latest()).cursor();
        publish(hub, "a", "first");
        assertThat(List.of(one, two)).noneMatch(Cursor::isLaggedOut);
        for (int i = 0; i < 100; i++) {
            publish(hub, "a", "" + i);
        }
        assertThat(List.of(one, two)).allMatch(Cursor::isLaggedOut);
        one.skip();
        two.skip();
        assertThat(List.of(one, two)).noneMatch(Cursor::isLaggedOut);
        assertThat(dataOn(one)).isEqualTo(numbers(97, 100));
        assertThat(dataOn(two)).isEqualTo(numbers(97, 100));
    }
}
