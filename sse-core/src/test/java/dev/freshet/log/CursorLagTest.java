package dev.freshet.log;

import static dev.freshet.log.Readings.body;
import static dev.freshet.log.Readings.readOn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class CursorLagTest {
    private static final int EVENT_BYTES = "data: 1\nid: 1000000-4294967296\n\n".length();

    /** An event of which only a few fit into a segment, so that cursors change it often. */
    private static final byte[] LARGE = body("x".repeat(20_000));

    private static final long LARGE_BYTES = LARGE.length + "id: 1000000-0\n\n".length();

    private final TestClock clock = new TestClock();

    private HubLog hub = hub(Retention.defaults());

    private HubLog hub(Retention retention) {
        return new HubLog(retention, clock, new EventId(TestClock.START, 0));
    }

    private Cursor follow(String... topics) {
        return hub.open(List.of(topics), StartRequest.latest()).cursor();
    }

    private void publish(String topic, int count) {
        for (int i = 0; i < count; i++) {
            hub.append(topic, body("1"), null);
        }
    }

    @Test
    void aCursorThatHasReadAllHasNoLag() {
        Cursor cursor = follow("a");
        publish("a", 3);
        readOn(cursor);

        assertThat(cursor.lag()).isEqualTo(CursorLag.NONE);
    }

    @Test
    void theLagIsTheEventsThatAreNotReadAndTheirBytes() {
        Cursor cursor = follow("a");
        publish("a", 2);
        cursor.next(EVENT_BYTES, null);

        assertThat(cursor.lag().events()).isEqualTo(1);
        assertThat(cursor.lag().bytes()).isEqualTo(EVENT_BYTES);
    }

    @Test
    void theLagReachesOverAllSegments() {
        Cursor cursor = follow("a");
        publish("a", 20_000);

        assertThat(cursor.lag().events()).isEqualTo(20_000);
    }

    @Test
    void theAgeOfTheLagIsThatOfTheOldestEventNotRead() {
        Cursor cursor = follow("a");
        publish("a", 1);
        clock.advance(Duration.ofMillis(700));
        publish("a", 1);
        clock.advance(Duration.ofMillis(300));
        assertThat(cursor.lag().millis()).isEqualTo(1_000);

        cursor.next(EVENT_BYTES, null);

        assertThat(cursor.lag().millis()).isEqualTo(300);
    }

    @Test
    void theLagOfSeveralTopicsIsThatOfAll() {
        Cursor cursor = follow("a", "b");
        publish("a", 2);
        clock.advance(Duration.ofMillis(70));
        publish("b", 3);

        assertThat(cursor.lag()).isEqualTo(new CursorLag(5, TestLogs.stats(hub).bytes(), 70));
    }

    @Test
    void theLagOfACursorThatHasLaggedOutIsWhatIsRetained() {
        hub = hub(Retention.builder().maxEvents(10).build());
        Cursor cursor = follow("a");
        publish("a", 5_000);

        assertThat(cursor.isLaggedOut()).isTrue();
        assertThat(cursor.lag().events()).isEqualTo(10);
        assertThat(cursor.lag().bytes()).isEqualTo(TestLogs.stats(hub).bytes());
    }

    @Test
    void evictedEventsOfTheCursorsOwnSegmentAreNoLag() {
        hub = hub(Retention.builder().maxEvents(2).build());
        Cursor cursor = follow("a");
        publish("a", 2);
        clock.advance(Duration.ofMillis(500));
        publish("a", 1);

        assertThat(cursor.lag()).isEqualTo(new CursorLag(2, TestLogs.stats(hub).bytes(), 500));
        clock.advance(Duration.ofMillis(100));
        publish("a", 1);
        assertThat(cursor.lag()).isEqualTo(new CursorLag(2, TestLogs.stats(hub).bytes(), 100));
    }

    @Test
    void aCursorThatIsBehindInALaterSegmentLagsByTheRest() {
        Cursor cursor = follow("a");
        publish("a", 20_000);
        long read = 0;
        for (int i = 0; i < 15_000; i++) {
            Batch event = cursor.next(1, null);
            read += event.bytes().remaining();
        }

        assertThat(cursor.lag().events()).isEqualTo(5_000);
        assertThat(cursor.lag().bytes()).isEqualTo(TestLogs.stats(hub).bytes() - read);
    }

    @Test
    void aCursorWhoseSegmentWasEvictedAfterItWasReadLagsByWhatIsRetained() {
        hub = hub(Retention.builder().maxEvents(10).build());
        Cursor cursor = follow("a");
        publish("a", 1);
        readOn(cursor);
        publish("a", 5_000);

        assertThat(((TopicCursor) cursor).segment.isEvicted()).isTrue();
        assertThat(cursor.lag().events()).isEqualTo(10);
    }

    @Test
    void aTopicThatIsRemovedLeavesNoLag() {
        Cursor cursor = follow("a");
        publish("a", 3);
        hub.write(new LogEntry(LogEntry.Kind.REMOVAL, "a", new byte[0], null));

        assertThat(cursor.lag()).isEqualTo(CursorLag.NONE);
    }

    @Test
    void aThreadThatAsksWhileTheCursorMovesFindsNoLessThanTheLag() throws Exception {
        int behind = 100;
        hub = hub(Retention.builder().maxEvents(4 * behind).build());
        Cursor cursor = follow("a");
        for (int i = 0; i < behind; i++) {
            publishInAMillisecond();
        }
        AtomicBoolean isOver = new AtomicBoolean();
        CompletableFuture<List<CursorLag>> less = CompletableFuture.supplyAsync(() -> {
            List<CursorLag> all = new ArrayList<>();
            while (!isOver.get()) {
                CursorLag lag = cursor.lag();
                if (lag.events() < behind || lag.bytes() < behind * LARGE_BYTES) {
                    all.add(lag);
                }
            }
            return all;
        });
        for (int i = 0; i < 30_000; i++) {
            publishInAMillisecond();
            cursor.next(1, null);
        }
        isOver.set(true);

        assertThat(less.get(30, TimeUnit.SECONDS)).isEmpty();
        assertThat(cursor.lag().events()).isEqualTo(behind);
    }

    /** Publishes an event in a millisecond of its own, so that all ids, and all events, have the same length. */
    private void publishInAMillisecond() {
        clock.advance(Duration.ofMillis(1));
        hub.append("a", LARGE, null);
    }

    @Test
    void theFiguresOfALogHaveItsBounds() {
        publish("a", 2);
        follow("b");
        hub.write(LogEntry.of(LogEntry.Kind.START, "c"));

        long[] seen =
                hub.stats((topics, started, published, bytes, events, retained, held, mostHeld, named, mostNamed) ->
                        new long[] {topics, started, published, bytes, held, mostHeld, named, mostNamed});

        assertThat(seen[0]).isEqualTo(3);
        assertThat(seen[1]).isEqualTo(1);
        assertThat(seen[2]).isEqualTo(2);
        assertThat(seen[3]).isEqualTo(2L * EVENT_BYTES);
        assertThat(seen[4]).isPositive().isLessThan(seen[5]);
        assertThat(seen[6]).isPositive().isLessThan(seen[7]);
    }

    @Test
    void theAgeOfTheLagIsFoundInALaterSegment() {
        Cursor cursor = follow("a");
        for (int i = 0; i < 500; i++) {
            publish("a", 1);
            clock.advance(Duration.ofMillis(1));
        }
        for (int i = 0; i < 200; i++) {
            cursor.next(1, null);
        }

        assertThat(cursor.lag().millis()).isEqualTo(300);
    }

    @Test
    void theAgeOfTheLagOfACursorThatHasLaggedOutIsThatOfTheOldestRetained() {
        hub = hub(Retention.builder().maxEvents(10).build());
        Cursor first = follow("a");
        publish("a", 1);
        Cursor second = follow("a");
        for (int i = 0; i < 500; i++) {
            clock.advance(Duration.ofMillis(1));
            publish("a", 1);
        }

        assertThat(second.lag().millis()).isEqualTo(9);
        assertThat(first.lag().millis()).isEqualTo(9);
    }
}
