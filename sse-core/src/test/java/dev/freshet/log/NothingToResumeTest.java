package dev.freshet.log;

import static dev.freshet.log.Readings.body;
import static dev.freshet.log.Readings.dataOn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.ResumeOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Topics with {@link Retention#none}. */
class NothingToResumeTest {
    private static final String BIG = "x".repeat(10_000);

    private final TestClock clock = new TestClock();
    private final HubLog hub = HubLog.inMemory(new LogOptions(
            new Retentions(Retention.builder().maxEvents(20).build(), Map.of("typing", Retention.none())),
            clock,
            clock::nanos,
            LogOptions.FLOORS,
            Duration.ofHours(1)));

    private EventId publish(String topic, String data) {
        return hub.append(topic, body(data), null);
    }

    private Start open(StartRequest request, String... topics) {
        return hub.open(List.of(topics), request);
    }

    private Cursor follow(String... topics) {
        return open(StartRequest.latest(), topics).cursor();
    }

    /** More than is kept. */
    private void type() {
        for (int i = 0; i < 100; i++) {
            publish("typing", i + BIG);
        }
    }

    @Test
    void whoReadsOnGetsEveryEvent() {
        Cursor cursor = follow("typing", "orders");
        List<String> read = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            publish("typing", "" + i);
            read.addAll(dataOn(cursor));
        }

        assertThat(read).hasSize(1000).doesNotHaveDuplicates();
    }

    @Test
    void aReaderOfOtherTopicsIsNotLaggedOutBeforeItReadsAPendingEvent() {
        Cursor cursor = follow("typing", "orders");
        publish("typing", "first");
        publish("orders", "pending");
        type();
        publish("orders", "last");

        assertThat(cursor.isLaggedOut()).isFalse();
        List<String> read = dataOn(cursor);
        assertThat(read).startsWith("pending").endsWith("99" + BIG, "last").doesNotHaveDuplicates();
        assertThat(cursor.next(1000, null)).isSameAs(Batch.CAUGHT_UP);
    }

    @Test
    void aReaderThatIsFarBehindGoesOnWithWhatIsThere() {
        Cursor cursor = follow("typing");
        publish("typing", "first");
        type();

        assertThat(cursor.isLaggedOut()).isFalse();
        assertThat(dataOn(cursor)).hasSizeBetween(10, 40).endsWith("99" + BIG).doesNotContain("first");
    }

    @Test
    void whatIsReadStaysInTheOrderOfTheHub() {
        Cursor cursor = follow("typing", "orders");
        List<EventId> ids = new ArrayList<>();
        for (int i = 0; i < 130; i++) {
            publish(i % 7 == 0 ? "orders" : "typing", BIG);
            clock.advance(Duration.ofMillis(1));
            if (i % 30 == 0) {
                Batch batch = cursor.next(1000, null);
                ids.add(cursor.position());
                assertThat(batch.events()).isEqualTo(1);
            }
        }
        Readings.readOn(cursor).forEach(read -> ids.add(EventId.tryParse(read.id())));

        assertThat(ids).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void atMostAQuarterOfAMebibyteIsKept() {
        type();

        assertThat(TestLogs.stats(hub).bytes()).isBetween(200_000L, 256L << 10);
    }

    @Test
    void nothingIsKeptForLongerThanASecond() {
        publish("typing", "1");
        clock.advance(Duration.ofMillis(1001));
        publish("orders", "2");

        assertThat(TestLogs.stats(hub).events()).isEqualTo(1);
    }

    @Test
    void whoComesBackToSuchATopicAloneIsFreshWhateverItNames() {
        EventId first = publish("typing", "1");
        publish("typing", "2");
        for (String lastEventId : List.of(first.toString(), "no id", "earliest", "")) {
            Start start = open(StartRequest.latest().lastEventId(lastEventId), "typing");

            assertThat(start.outcome()).isEqualTo(ResumeOutcome.FRESH);
            assertThat(start.position()).isEqualTo(hub.latest());
            assertThat(dataOn(start.cursor())).isEmpty();
        }
    }

    @Test
    void whoComesBackToSeveralTopicsIsResumedInTheOthersAlone() {
        EventId before = publish("orders", "0");
        publish("typing", "1");
        publish("orders", "2");
        Start start = open(StartRequest.latest().lastEventId(before.toString()), "typing", "orders");
        publish("typing", "3");

        assertThat(start.outcome()).isEqualTo(ResumeOutcome.RESUMED);
        assertThat(dataOn(start.cursor())).containsExactly("2", "3");
    }

    @Test
    void whatSuchATopicHasLostResetsNobody() {
        EventId before = publish("orders", "0");
        type();

        assertThat(open(StartRequest.latest().lastEventId(before.toString()), "typing", "orders")
                        .outcome())
                .isEqualTo(ResumeOutcome.RESUMED);
    }

    @Test
    void theEarliestThatAResetTellsIsThatOfTheOtherTopics() {
        publish("typing", "1");
        EventId earliest = publish("orders", "2");
        Start start = open(StartRequest.latest().lastEventId("no id"), "typing", "orders");

        assertThat(start.reset()).extracting(Reset::earliest).isEqualTo(earliest);
        assertThat(dataOn(start.cursor())).containsExactly("2");
    }

    @Test
    void aSkipOfTheOtherTopicsLeavesOutWhatIsOlderThanItsPlace() {
        Cursor cursor = follow("typing", "orders");
        publish("typing", "typed");
        for (int i = 0; i < 60; i++) {
            publish("orders", i + BIG);
        }
        assertThat(cursor.isLaggedOut()).isTrue();
        cursor.skip();
        publish("typing", "on");
        List<String> read = dataOn(cursor);

        assertThat(read).startsWith("40" + BIG).endsWith("59" + BIG, "on").hasSize(21);
    }

    @Test
    void aForgottenOneRaisesNoFloor() {
        HubLog one = HubLog.inMemory(new LogOptions(
                new Retentions(Retention.defaults(), Map.of("typing", Retention.none())),
                clock,
                clock::nanos,
                1, // which all forgotten topics share
                Duration.ofHours(1)));
        EventId before = one.latest();
        one.append("typing", body("1"), null);
        clock.advance(Duration.ofSeconds(100));
        one.append("other", body("2"), null);
        assertThat(TestLogs.stats(one).topics()).isEqualTo(1);

        assertThat(one.open(List.of("quiet"), StartRequest.latest().lastEventId(before.toString()))
                        .outcome())
                .isEqualTo(ResumeOutcome.RESUMED);
    }

    @Test
    void anEndIsReachedThoughWhatCameBeforeItWasLost() {
        Cursor cursor = follow("typing");
        publish("typing", "1");
        type();
        hub.write(new LogEntry(LogEntry.Kind.LAST, "typing", body("end"), null));

        assertThat(dataOn(cursor)).endsWith("end");
        assertThat(cursor.next(1000, null)).isSameAs(Batch.ENDED);
    }

    @Test
    void aTopicWhoseEventsAreOverIsForgottenAtTheNextEventOfAnother() {
        publish("typing", "1");
        clock.advance(Duration.ofMillis(1001));
        publish("orders", "2");

        assertThat(TestLogs.stats(hub).topics()).isEqualTo(1);
    }

    @Test
    void aTopicWhoseEventIsOverWhenAStoreBringsItIsForgottenAtOnce() {
        HubLog node = HubLog.onStore(new LogOptions(
                new Retentions(Retention.defaults(), Map.of("typing", Retention.none())),
                clock,
                clock::nanos,
                LogOptions.FLOORS,
                Duration.ofHours(1)));
        long before = clock.millis() - 5_000;
        node.write(new LogEntry(LogEntry.Kind.EVENT, "typing", body("1"), null), new EventId(before, 1), before);

        assertThat(TestLogs.stats(node).topics()).isZero();
    }
}
