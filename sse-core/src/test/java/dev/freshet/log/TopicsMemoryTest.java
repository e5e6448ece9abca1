package dev.freshet.log;

import static dev.freshet.log.Readings.body;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The memory that a hub counts for the objects of its topics: among the names, or as history. */
class TopicsMemoryTest {
    private static final Duration AGE = Duration.ofSeconds(80);

    private record Held(int topics, long names, long history) {}

    private final TestClock clock = new TestClock();
    private final HubLog hub = hub(Retention.builder().maxAge(AGE).build());
    private final HubLog node =
            TestLogs.onStore(Retention.builder().maxAge(AGE).build(), clock, LogOptions.FLOORS, Duration.ofHours(1));

    private HubLog hub(Retention retention) {
        return HubLog.inMemory(new LogOptions(
                new Retentions(retention, Map.of("fleeting", Retention.none())),
                clock,
                clock::nanos,
                1,
                Duration.ofHours(1)));
    }

    private static Held held(HubLog hub) {
        return hub.stats((topics, started, published, publishedBytes, events, bytes, held, most, named, mostNamed) ->
                new Held(topics, named, held - named));
    }

    /** What names take, and nothing else. */
    private static Held names(String... topics) {
        return new Held(topics.length, bytesOf(topics), 0);
    }

    private static long bytesOf(String... topics) {
        return Stream.of(topics).mapToLong(MemoryBudget::bytesOf).sum();
    }

    private static Cursor follow(HubLog hub, String... topics) {
        return hub.open(List.of(topics), StartRequest.latest()).cursor();
    }

    private void publish(String topic) {
        hub.append(topic, body("x"), null);
    }

    private void store(String topic, int number) {
        node.write(
                new LogEntry(LogEntry.Kind.EVENT, topic, body("x"), null),
                new EventId(clock.millis(), number),
                clock.millis());
    }

    @Test
    void aFollowedTopicIsAmongTheNames() {
        Cursor cursor = follow(hub, "a", "followed");
        assertThat(held(hub)).isEqualTo(names("a", "followed"));

        publish("a");
        assertThat(held(hub).names()).isEqualTo(bytesOf("a", "followed"));

        cursor.close();
        assertThat(held(hub).names()).isZero();
        assertThat(held(hub).topics()).isOne();
    }

    @Test
    void aTopicWithEventsIsHistoryUntilItIsFollowed() {
        publish("a");
        assertThat(held(hub).names()).isZero();
        assertThat(held(hub).history()).isGreaterThan(bytesOf("a"));

        follow(hub, "a");

        assertThat(held(hub).names()).isEqualTo(bytesOf("a"));
    }

    @Test
    void aRemovedTopicTakesNothing() {
        publish("a");
        hub.write(LogEntry.of(LogEntry.Kind.REMOVAL, "a"));
        Held floors = held(hub);
        assertThat(floors.names()).isZero();
        assertThat(floors.history()).isLessThan(bytesOf("a"));

        Cursor cursor = follow(hub, "b");
        publish("b");
        hub.write(LogEntry.of(LogEntry.Kind.REMOVAL, "b"));
        assertThat(held(hub)).isEqualTo(floors);
        cursor.close();
        assertThat(held(hub)).isEqualTo(floors);
    }

    @Test
    void aTopicWhoseEventsAreTooOldTakesNothing() {
        publish("a");
        clock.advance(AGE.multipliedBy(2));
        publish("b");

        assertThat(held(hub).topics()).isOne();
        hub.write(LogEntry.of(LogEntry.Kind.REMOVAL, "b"));
        assertThat(held(hub).history()).isLessThan(bytesOf("a"));
    }

    @Test
    void aFollowedTopicWhoseEventsAreTooOldIsAmongTheNames() {
        Cursor cursor = follow(hub, "followed");
        publish("followed");
        clock.advance(AGE.multipliedBy(2));
        follow(hub, "other").close();

        assertThat(held(hub)).isEqualTo(names("followed"));
        cursor.close();
    }

    @Test
    void aTopicThatRetainsNothingForResumeTakesNothingOnceItsEventsAreOver() {
        publish("fleeting");
        assertThat(held(hub).history()).isGreaterThan(bytesOf("fleeting"));
        clock.advance(AGE);
        follow(hub, "other").close();

        assertThat(held(hub)).isEqualTo(names());
    }

    @Test
    void aTopicWhoseEventsAreEvictedForOthersIsForgotten() {
        HubLog small = hub(Retention.builder().maxBytes(2_000).hubBytes(8_000).build());
        small.append("quiet", body("x"), null);
        Cursor cursor = follow(small, "followed");
        small.append("followed", body("x"), null);
        for (int i = 0; i < 8; i++) {
            small.append("busy " + i, body("x".repeat(1_500)), null);
        }

        assertThat(small.topic("quiet").state()).isEqualTo(TopicState.UNKNOWN);
        assertThat(held(small).names()).isEqualTo(bytesOf("followed"));
        assertThat(held(small).history()).isLessThanOrEqualTo(6_000);
        cursor.close();
    }

    @Test
    void aTopicThatLosesItsEventsIsAmongTheNamesUntilItIsForgotten() {
        node.begin(new EventId(1, 1));
        node.loaded();
        store("a", 1);
        store("b", 2);
        assertThat(held(node).names()).isZero();

        node.lost("a", new EventId(clock.millis(), 3));
        assertThat(held(node).names()).isEqualTo(bytesOf("a"));

        node.begin(new EventId(clock.millis(), 4));
        assertThat(held(node).names()).isEqualTo(bytesOf("a", "b"));
    }

    @Test
    void aTopicThatWasStartedIsAmongTheNamesOnceItsEventsAreEvictedForOthers() {
        HubLog small = hub(Retention.builder().maxBytes(2_000).hubBytes(8_000).build());
        small.write(LogEntry.of(LogEntry.Kind.START, "started"));
        small.append("started", body("x"), null);
        assertThat(held(small).names()).isZero();
        for (int i = 0; i < 8; i++) {
            small.append("busy " + i, body("x".repeat(1_500)), null);
        }

        assertThat(small.topic("started").state()).isEqualTo(TopicState.OPEN);
        assertThat(held(small).names()).isEqualTo(bytesOf("started"));
    }

    @Test
    void aTopicThatWasStartedIsAmongTheNamesOnceItsEventsAreTooOld() {
        hub.write(LogEntry.of(LogEntry.Kind.START, "started"));
        publish("started");
        assertThat(held(hub).names()).isZero();
        clock.advance(AGE.multipliedBy(2));
        follow(hub, "other").close();

        assertThat(held(hub)).isEqualTo(names("started"));
    }

    @Test
    void aTopicThatRetainsNothingIsForgottenWithItsLastFollower() {
        Cursor cursor = follow(hub, "fleeting");
        publish("fleeting");
        clock.advance(AGE);
        follow(hub, "other").close(); // drops the event
        assertThat(held(hub)).isEqualTo(names("fleeting"));
        cursor.close();

        assertThat(held(hub)).isEqualTo(names());
    }

    @Test
    void aFollowerOfARemovedTopicLeavesTheOneThatBeganAnewAlone() {
        Cursor before = follow(hub, "fleeting");
        hub.write(LogEntry.of(LogEntry.Kind.REMOVAL, "fleeting"));
        Cursor after = follow(hub, "fleeting", "other");
        before.close();

        assertThat(held(hub)).isEqualTo(names("fleeting", "other"));
        assertThat(hub.topic("fleeting").followers()).isOne();
        after.close();
        assertThat(held(hub)).isEqualTo(names());
    }

    @Test
    void aTopicWhoseStartDropsItsEventsIsAmongTheNames() {
        node.begin(new EventId(1, 1));
        node.loaded();
        store("a", 1);
        assertThat(held(node).names()).isZero();
        node.write(LogEntry.of(LogEntry.Kind.START, "a"), new EventId(clock.millis(), 2), clock.millis());

        assertThat(held(node)).isEqualTo(names("a"));
    }
}
