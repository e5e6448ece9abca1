package dev.freshet.log;

import static dev.freshet.log.Readings.body;
import static dev.freshet.log.Readings.dataOn;
import static dev.freshet.log.Readings.events;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.EventId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CursorTest {
    private static final int EVENT_BYTES = "data: 1\nid: 1000000-1\n\n".length();

    private final HubLog hub = new HubLog(Retention.defaults(), new TestClock(), new EventId(TestClock.START, 0));

    private void publish(String topic, String data) {
        hub.append(topic, body(data), null);
    }

    private Cursor follow(String... topics) {
        return hub.open(List.of(topics), StartRequest.latest().lastEventId("earliest"))
                .cursor();
    }

    @Test
    void anEventWithoutAnIdIsEncodedWithItsPosition() {
        publish("a", "1");

        assertThat(events(follow("a").next(100, null))).containsExactly(new Readings.Read("1000000-4294967296", "1"));
    }

    @Test
    void aBatchHoldsAsManyWholeEventsAsFit() {
        publish("a", "1");
        publish("a", "2");
        publish("a", "3");
        Cursor cursor = follow("a");

        assertThat(cursor.next(3 * EVENT_BYTES - 1, null).events()).isEqualTo(2);
        assertThat(cursor.next(EVENT_BYTES, null).events()).isEqualTo(1);
    }

    @Test
    void anEventLargerThanAskedForIsReadAlone() {
        publish("a", "1");
        publish("a", "2");

        assertThat(follow("a").next(1, null).events()).isEqualTo(1);
    }

    @Test
    void theBytesOfABatchAreReadOnly() {
        publish("a", "1");

        assertThat(follow("a").next(100, null).bytes().isReadOnly()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a b"})
    void cursorsAtTheSamePlaceShareABatch(String topics) {
        publish("a", "1");
        publish("a", "2");
        Cursor first = follow(topics.split(" ", -1));
        Cursor second = follow(topics.split(" ", -1));
        Batch batch = first.next(1000, null);

        assertThat(second.next(1000, batch)).isSameAs(batch);
        assertThat(second.position()).isEqualTo(first.position());
        assertThat(second.next(1000, batch)).isSameAs(Batch.CAUGHT_UP);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a b"})
    void aBatchIsNextWhereACursorWouldGiveItBack(String topics) {
        publish("a", "1");
        publish("a", "2");
        Cursor first = follow(topics.split(" ", -1));
        Cursor second = follow(topics.split(" ", -1));
        Batch one = first.next(1, null);
        Batch two = first.next(1, null);

        assertThat(second.isNext(two)).isFalse();
        assertThat(second.isNext(one)).isTrue();
        assertThat(second.next(1000, one)).isSameAs(one);
        assertThat(second.isNext(one)).isFalse();
        assertThat(second.isNext(two)).isTrue();
        assertThat(second.next(1000, two)).isSameAs(two);
        assertThat(second.isNext(two)).isFalse();
    }

    @Test
    void aBatchIsNotNextWhereAnEventOfAnotherTopicIsBeforeItsEnd() {
        publish("a", "1");
        Cursor merged = follow("a", "b");
        Cursor one = follow("a");
        publish("b", "2");
        publish("a", "3");
        Batch batch = one.next(1000, null);

        assertThat(merged.isNext(batch)).isFalse();
        assertThat(merged.next(1000, batch)).isNotSameAs(batch);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a b"})
    void cursorsAtOtherPlacesDoNotShare(String topics) {
        publish("a", "1");
        publish("a", "2");
        Cursor first = follow(topics.split(" ", -1));
        Cursor second = follow(topics.split(" ", -1));
        Batch batch = first.next(1000, null);
        second.next(1, null);

        assertThat(dataOfNext(second, batch)).containsExactly("2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a b"})
    void cursorsStandTogetherUntilOneReadsOn(String topics) {
        publish("a", "1");
        Cursor first = follow(topics.split(" ", -1));
        Cursor second = follow(topics.split(" ", -1));
        assertThat(first.standsWith(second)).isTrue();
        first.next(1000, null);
        assertThat(first.standsWith(second)).isFalse();
        second.next(1000, null);
        assertThat(first.standsWith(second)).isTrue();
        assertThat(first.standsWith(follow("a", "b", "c"))).isFalse();
    }

    private static List<String> dataOfNext(Cursor cursor, Batch like) {
        return events(cursor.next(1000, like)).stream().map(Readings.Read::data).toList();
    }

    @Test
    void aBatchOfOneTopicDoesNotCarryAMergedCursorPastAnother() {
        publish("a", "1");
        publish("b", "2");
        publish("a", "3");
        Batch both = follow("a").next(1000, null);

        assertThat(dataOfNext(follow("a", "b"), both)).containsExactly("1");
    }

    @Test
    void wakersAreCalledAfterEachPublishAndCanReadTheEvent() {
        Cursor cursor = follow("a");
        List<String> read = new ArrayList<>();
        cursor.logs().get(0).addWaker(() -> read.addAll(dataOn(cursor)));
        publish("a", "1");
        assertThat(read).containsExactly("1");
        publish("a", "2");
        assertThat(read).containsExactly("1", "2");
    }

    @Test
    void wakersHearOfTheirTopicOnly() {
        List<String> woken = new ArrayList<>();
        follow("a").logs().get(0).addWaker(() -> woken.add("a"));
        publish("b", "1");

        assertThat(woken).isEmpty();
    }

    @Test
    void aRemovedWakerHearsNothing() {
        List<String> woken = new ArrayList<>();
        Waker waker = () -> woken.add("a");
        TopicLog log = follow("a").logs().get(0);
        log.addWaker(waker);
        log.addWaker(() -> woken.add("other"));
        log.removeWaker(waker);
        publish("a", "1");

        assertThat(woken).containsExactly("other");
    }

    @Test
    void closeWakesEveryTopic() {
        List<String> woken = new ArrayList<>();
        follow("a", "b").logs().forEach(log -> log.addWaker(() -> woken.add(log.topic())));
        hub.close();

        assertThat(woken).containsExactlyInAnyOrder("a", "b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a b"})
    void readersOfAClosedHubReadToTheEnd(String topics) {
        Cursor cursor = follow(topics.split(" ", -1));
        publish("a", "1");
        publish("a", "2");
        hub.close();

        assertThat(dataOn(cursor)).containsExactly("1", "2");
        assertThat(cursor.next(100, null)).isSameAs(Batch.CLOSED);
    }

    @Test
    void aClosedHubTakesNoEvents() {
        hub.close();
        hub.close();

        assertThatThrownBy(() -> publish("a", "1"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("hub: closed");
    }

    @Test
    void aClosedHubOpensNoCursors() {
        hub.close();

        assertThatThrownBy(() -> follow("a"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("hub: closed");
    }

    @Test
    void cursorsOfOtherTopicsDoNotStandTogether() {
        publish("a", "1");
        Cursor merged = follow("a", "b");

        assertThat(merged.standsWith(follow("a"))).isFalse();
        assertThat(follow("a").standsWith(merged)).isFalse();
        assertThat(merged.standsWith(follow("a", "b", "c"))).isFalse();
        assertThat(follow("a", "b", "c").standsWith(merged)).isFalse();
        assertThat(merged.standsWith(follow("a", "c"))).isFalse();
        assertThat(merged.standsWith(follow("a", "b"))).isTrue();
    }

    @Test
    void aCursorFollowsAtLeastOneTopic() {
        assertThatThrownBy(() -> follow())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("topics: none (expected: at least one)");
    }

    @Test
    void nothingMoreIsPublishedToAReaderOnceItsTopicHasEndedOrTheHubIsClosed() {
        Cursor ended = follow("a");
        Cursor open = follow("b");
        assertThat(ended.isEnding()).isFalse();
        hub.write(new LogEntry(LogEntry.Kind.LAST, "a", body("last"), null));
        assertThat(ended.isEnding()).isTrue();
        assertThat(open.isEnding()).isFalse();
        hub.close();

        assertThat(open.isEnding()).isTrue();
    }

    @Test
    void noCallKeepsTheLock() {
        publish("a", "1");
        assertThat(hub.state().isLocked()).isFalse();
        follow("a").close();
        assertThat(hub.state().isLocked()).isFalse();
        hub.close();
        assertThatThrownBy(() -> publish("a", "2")).isInstanceOf(IllegalStateException.class);
        assertThat(hub.state().isLocked()).isFalse();
        assertThatThrownBy(() -> follow("a")).isInstanceOf(IllegalStateException.class);

        assertThat(hub.state().isLocked()).isFalse();
    }
}
