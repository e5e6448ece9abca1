package dev.freshet.log;

import static dev.freshet.log.Readings.body;
import static dev.freshet.log.Readings.dataOn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class EndPositionTest {
    private final HubLog hub =
            TestLogs.inMemory(Retention.defaults(), new TestClock(), LogOptions.FLOORS, Duration.ofHours(1));

    private EventId publish(String topic, String data) {
        return hub.append(topic, body(data), null);
    }

    private Cursor follow(String... topics) {
        return hub.open(List.of(topics), StartRequest.latest()).cursor();
    }

    private EndPosition end(Cursor... cursors) {
        EndPosition end = new EndPosition();
        List.of(cursors).forEach(cursor -> cursor.endAt(end));
        hub.fix(end);
        return end;
    }

    private static Batch next(Cursor cursor) {
        return cursor.next(Integer.MAX_VALUE, null);
    }

    private static void assertEndsAfter(Cursor cursor, String... data) {
        assertThat(dataOn(cursor)).containsExactly(data);
        assertThat(next(cursor)).isSameAs(Batch.ENDED);
    }

    @Test
    void aReaderReadsUpToItsPlaceAndNothingAfterIt() {
        Cursor cursor = follow("a");
        publish("a", "1");
        publish("a", "2");
        end(cursor);
        publish("a", "3");

        assertEndsAfter(cursor, "1", "2");
    }

    @Test
    void aReaderThatIsCaughtUpIsAtItsEndAtOnce() {
        Cursor cursor = follow("a");
        publish("a", "1");
        assertThat(dataOn(cursor)).containsExactly("1");
        end(cursor);
        publish("a", "2");

        assertEndsAfter(cursor);
    }

    @Test
    void aPlaceBetweenTheEventsOfATopicEndsItThere() {
        Cursor cursor = follow("a");
        publish("a", "1");
        publish("b", "other");
        end(cursor);
        publish("a", "2");

        assertEndsAfter(cursor, "1");
    }

    @Test
    void onePlaceServesSeveralReadersAndTopics() {
        Cursor both = follow("a", "b");
        Cursor one = follow("b");
        publish("a", "1");
        publish("b", "2");
        publish("a", "3");
        end(both, one);
        publish("b", "4");
        publish("a", "5");

        assertEndsAfter(both, "1", "2", "3");
        assertEndsAfter(one, "2");
    }

    @Test
    void nothingIsReadWhileThePlaceIsNotFixed() {
        Cursor one = follow("a");
        Cursor both = follow("a", "b");
        EndPosition end = new EndPosition();
        publish("a", "1");
        one.endAt(end);
        both.endAt(end);

        assertThat(next(one)).isSameAs(Batch.CAUGHT_UP);
        assertThat(next(both)).isSameAs(Batch.CAUGHT_UP);
        hub.fix(end);
        assertEndsAfter(one, "1");
        assertEndsAfter(both, "1");
    }

    @Test
    void aPlaceThatIsStillToComeIsWaitedFor() {
        Cursor cursor = follow("a");
        EndPosition end = new EndPosition();
        cursor.endAt(end);
        EventId last = publish("a", "1");
        hub.hold(end);
        publish("a", "2");
        assertThat(dataOn(cursor)).containsExactly("1");
        assertThat(next(cursor)).isSameAs(Batch.CAUGHT_UP);
        end.fixAfter(new EventId(last.millis(), last.sequence() + (2L << 32)));
        assertThat(dataOn(cursor)).containsExactly("2");
        assertThat(next(cursor)).isSameAs(Batch.CAUGHT_UP);
        publish("a", "3");
        publish("a", "4");

        assertEndsAfter(cursor, "3");
    }

    @Test
    void ofTwoPlacesTheFirstCounts() {
        Cursor cursor = follow("a");
        publish("a", "1");
        end(cursor);
        publish("a", "2");
        assertThat(cursor.endAt(new EndPosition())).isFalse();

        assertEndsAfter(cursor, "1");
    }

    @Test
    void aBatchThatAnotherReaderReadIsSharedOnlyUpToThePlace() {
        Cursor endless = follow("a");
        Cursor ending = follow("a");
        publish("a", "1");
        end(ending);
        publish("a", "2");
        Batch both = next(endless);

        assertThat(both.events()).isEqualTo(2);
        assertThat(ending.next(Integer.MAX_VALUE, both).events()).isEqualTo(1);
        assertThat(ending.next(Integer.MAX_VALUE, both)).isSameAs(Batch.ENDED);
    }

    @Test
    void anEndIsReachedOnceItIsFixedAndAllBeforeItIsRead() {
        for (String topics : List.of("a", "a,b")) {
            Cursor cursor = follow(topics.split(","));
            publish("a", "1");
            EndPosition end = new EndPosition();
            assertThat(cursor.hasReachedEnd()).isFalse();
            cursor.endAt(end);
            assertThat(cursor.hasReachedEnd()).isFalse();
            hub.fix(end);
            publish("a", "beyond");
            assertThat(cursor.hasReachedEnd()).isFalse();
            assertThat(dataOn(cursor)).containsExactly("1");

            assertThat(cursor.hasReachedEnd()).isTrue();
        }
    }

    @Test
    void anEndIsReachedWhereNoEventIsBeforeItThatIsNotRead() {
        Cursor one = follow("a");
        Cursor both = follow("a", "b");
        publish("other", "1");
        end(one, both);
        assertThat(one.hasReachedEnd()).isTrue();
        assertThat(both.hasReachedEnd()).isTrue();
        publish("a", "beyond");
        publish("b", "beyond");

        assertThat(one.hasReachedEnd()).isTrue();
        assertThat(both.hasReachedEnd()).isTrue();
    }

    @Test
    void anEndIsNotReachedBeforeItIsReadInEachTopic() {
        for (String topic : List.of("a", "b")) {
            Cursor both = follow("a", "b");
            publish(topic, "1");
            end(both);

            assertThat(both.hasReachedEnd()).isFalse();
        }
    }

    @Test
    void anEndThatIsStillToComeIsNotReached() {
        Cursor one = follow("a");
        Cursor both = follow("a", "b");
        EndPosition end = new EndPosition();
        List.of(one, both).forEach(cursor -> cursor.endAt(end));
        EventId latest = hub.latest();
        EventId next = end.fixAfter(latest.next(latest.millis()));
        assertThat(one.hasReachedEnd()).isFalse();
        assertThat(both.hasReachedEnd()).isFalse();
        assertThat(publish("other", "1")).isEqualTo(next);

        assertThat(one.hasReachedEnd()).isTrue();
        assertThat(both.hasReachedEnd()).isTrue();
        assertThat(next(one)).isSameAs(Batch.ENDED);
        assertThat(next(both)).isSameAs(Batch.ENDED);
    }

    @Test
    void anEndIsNotReachedByAReaderThatHasLaggedOutBeforeIt() {
        HubLog small = TestLogs.inMemory(Retention.builder().maxEvents(3).build(), new TestClock());
        Cursor cursor = small.open(List.of("a"), StartRequest.latest()).cursor();
        for (int i = 0; i < 100; i++) {
            small.append("a", body("" + i), null);
        }
        EndPosition end = new EndPosition();
        cursor.endAt(end);
        small.fix(end);

        assertThat(cursor.isLaggedOut()).isTrue();
        assertThat(cursor.hasReachedEnd()).isFalse();
    }

    @Test
    void anEndThatIsFixedIsNeitherHeldNorFixedAgain() {
        EndPosition end = EndPosition.at(new EventId(5, 1));
        end.hold(new EventId(6, 1));
        end.fix(new EventId(7, 1));

        assertThat(end.upTo()).isEqualTo(new EventId(5, 1));
        assertThat(end.fixAfter(new EventId(8, 1))).isEqualTo(new EventId(5, 1));
    }

    @Test
    void anEndThatWasReachedStaysSoWhateverIsEvictedAfterIt() {
        HubLog small = TestLogs.inMemory(Retention.builder().maxEvents(3).build(), new TestClock());
        Cursor cursor = small.open(List.of("a"), StartRequest.latest()).cursor();
        small.append("a", body("1"), null);
        EndPosition end = new EndPosition();
        assertThat(cursor.endAt(end)).isTrue();
        small.fix(end);
        assertThat(dataOn(cursor)).containsExactly("1");
        for (int i = 0; i < 100; i++) {
            small.append("a", body("" + i), null);
        }

        assertThat(cursor.isLaggedOut()).isTrue();
        assertThat(cursor.hasReachedEnd()).isTrue();
    }

    @Test
    void anEndIsFixedNoEarlierThanWhatMayBeReadAlready() {
        EndPosition end = new EndPosition();
        end.hold(new EventId(5, 1));

        assertThat(end.fixAfter(new EventId(4, 1))).isEqualTo(new EventId(5, 1));
        assertThat(end.upTo()).isEqualTo(new EventId(5, 1));
    }
}
