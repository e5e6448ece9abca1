package dev.freshet.log;

import static dev.freshet.log.Readings.body;
import static dev.freshet.log.Readings.dataOn;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.ResumeOutcome;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class OwnIdsTest {
    private HubLog hub = hub(100);

    private static HubLog hub(int maxEvents) {
        return TestLogs.inMemory(
                Retention.builder().maxEvents(maxEvents).build(),
                new TestClock(),
                LogOptions.FLOORS,
                LogOptions.END_RETENTION);
    }

    private void publish(String topic, String data) {
        hub.append(topic, body(data), null);
    }

    private EventId publishOwn(String topic, String ownId) {
        byte[] whole = ("data: own\nid: " + ownId + "\n\n").getBytes(StandardCharsets.UTF_8);
        return hub.append(topic, whole, ownId);
    }

    private Start open(String requested, String... topics) {
        return hub.open(List.of(topics), StartRequest.latest().lastEventId(requested));
    }

    private static Reset.Reason reasonOf(Start start) {
        assertThat(start.outcome()).isEqualTo(ResumeOutcome.RESET);
        return requireNonNull(start.reset()).reason();
    }

    @Test
    void anOwnIdNamesThePositionOfItsEvent() {
        publish("a", "1");
        EventId own = publishOwn("a", "order-7");
        publish("a", "2");
        Start start = open("order-7", "a");

        assertThat(start.position()).isEqualTo(own);
        assertThat(dataOn(start.cursor())).containsExactly("2");
    }

    @Test
    void whoResumesByAnOwnIdIsOpenedWithIt() {
        publishOwn("a", "order-7");
        publish("a", "2");

        assertThat(open("order-7", "a").id()).isEqualTo("order-7");
        assertThat(open("order-8", "a").id())
                .isEqualTo(open("order-8", "a").position().toString());
    }

    @Test
    void anOwnIdUsedTwiceNamesTheOlderEventSoThatNothingIsSkipped() {
        publishOwn("a", "order-7");
        publish("a", "1");
        publishOwn("a", "order-7");
        publish("a", "2");

        assertThat(dataOn(open("order-7", "a").cursor())).containsExactly("1", "own", "2");
    }

    @Test
    void anOwnIdUsedInTwoTopicsNamesTheOlderEventSoThatNothingIsSkipped() {
        publishOwn("a", "5");
        publish("b", "1");
        publishOwn("b", "5");
        publish("a", "2");

        assertThat(dataOn(open("5", "a", "b").cursor())).containsExactly("1", "own", "2");
    }

    @Test
    void anOwnIdWhoseOlderEventIsGoneIsEvictedForNobodyKnowsWhichTheClientHasSeen() {
        hub = hub(2);
        publishOwn("a", "order-7");
        publish("a", "1");
        publishOwn("a", "order-7");
        Start start = open("order-7", "a");

        assertThat(reasonOf(start)).isEqualTo(Reset.Reason.EVICTED);
        assertThat(dataOn(start.cursor())).containsExactly("1", "own");
    }

    @Test
    void anOwnIdThatWasGoneWhenItCameAgainIsEvicted() {
        hub = hub(2);
        publishOwn("a", "order-7");
        publish("a", "1");
        publish("a", "2");
        publishOwn("a", "order-7");

        assertThat(reasonOf(open("order-7", "a"))).isEqualTo(Reset.Reason.EVICTED);
    }

    @Test
    void anOwnIdWhoseOlderEventOfAnotherTopicIsGoneIsEvicted() {
        hub = hub(2);
        publishOwn("a", "5");
        publish("a", "1");
        publishOwn("a", "5");
        publishOwn("b", "5");

        assertThat(reasonOf(open("5", "b", "a"))).isEqualTo(Reset.Reason.EVICTED);
        assertThat(open("5", "b").outcome()).isEqualTo(ResumeOutcome.RESUMED);
    }

    @Test
    void anOwnIdWhoseOnlyEventOfAnotherTopicIsGoneIsEvicted() {
        hub = hub(2);
        publishOwn("a", "x");
        publish("b", "missed");
        publishOwn("b", "x");
        publish("a", "1");
        publish("a", "2");

        assertThat(reasonOf(open("x", "a", "b"))).isEqualTo(Reset.Reason.EVICTED);
    }

    @Test
    void anOwnIdThatWentWithItsTopicIsEvictedWhereItComesAgain() {
        hub = hub(1);
        publishOwn("a", "x");
        publish("a", "1");
        hub.begin(hub.latest());
        for (int i = 0; i < 2000; i++) {
            hub.open(List.of("followed " + i), StartRequest.latest()).cursor().close();
        }
        publish("a", "missed");
        publishOwn("a", "x");

        assertThat(reasonOf(open("x", "a"))).isEqualTo(Reset.Reason.EVICTED);
    }

    @Test
    void ofTheOwnIdsThatWentTheHubRemembersTheLast() {
        hub = hub(1);
        publishOwn("a", "oldest");
        for (int i = 1; i < EvictedIds.MOST; i++) {
            publishOwn("a", "row " + i);
        }
        publishOwn("a", "last");
        publishOwn("a", "row 1");
        assertThat(reasonOf(open("row 1", "a"))).isEqualTo(Reset.Reason.EVICTED);
        publishOwn("a", "oldest"); // one more went than is remembered, and it was the first

        assertThat(open("oldest", "a").outcome()).isEqualTo(ResumeOutcome.RESUMED);
    }

    @Test
    void anOwnIdThatNoRetainedEventBearsIsUnknown() {
        hub = hub(2);
        publishOwn("a", "order-7");
        publish("a", "1");
        assertThat(open("order-7", "a").outcome()).isEqualTo(ResumeOutcome.RESUMED);
        publish("a", "2");

        assertThat(reasonOf(open("order-7", "a"))).isEqualTo(Reset.Reason.UNKNOWN);
    }

    @Test
    void theWordEarliestIsAnOwnIdFirst() {
        publish("a", "1");
        assertThat(dataOn(open("earliest", "a").cursor())).containsExactly("1");
        publishOwn("a", "earliest");
        publish("a", "2");

        assertThat(dataOn(open("earliest", "a").cursor())).containsExactly("2");
        assertThat(open("earliest", "a").id()).isEqualTo("earliest");
    }

    @Test
    void theOwnIdsThatWentTakeASixteenthOfTheHubsBytes() {
        int two = 2 * 96;
        hub = TestLogs.inMemory(
                Retention.builder()
                        .maxEvents(1)
                        .maxBytes(1024)
                        .hubBytes(16 * two)
                        .build(),
                new TestClock());
        for (int i = 1; i <= 4; i++) {
            publishOwn("a", "row " + i);
        }
        publishOwn("a", "row 3");
        assertThat(reasonOf(open("row 3", "a"))).isEqualTo(Reset.Reason.EVICTED);
        publishOwn("a", "row 1");

        assertThat(open("row 1", "a").outcome()).isEqualTo(ResumeOutcome.RESUMED);
    }
}
