package dev.freshet.log;

import static dev.freshet.log.Readings.body;
import static dev.freshet.log.Readings.dataOn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.freshet.event.EventId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The entries of a hub in memory: what is counted, and what is left by an entry that is refused. */
class WrittenEntriesTest {
    private final TestClock clock = new TestClock();
    private final HubLog hub =
            TestLogs.inMemory(Retention.builder().maxBytes(1024).build(), clock, 1, LogOptions.END_RETENTION);

    private static LogEntry event(String topic, int bytes) {
        return new LogEntry(LogEntry.Kind.EVENT, topic, new byte[bytes], null);
    }

    @Test
    void anEventMayTakeWhatATopicRetainsButForItsId() {
        hub.write(event("a", 960));
        assertThat(TestLogs.stats(hub).events()).isOne();

        hub.requireFits(event("a", 960));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> hub.requireFits(event("a", 961)))
                .withMessage("event: 961 bytes (expected: at most 960, from retention.maxBytes)");
        assertThat(TestLogs.stats(hub).published()).isOne();
    }

    @Test
    void anEntryWithoutAnEventFitsHoweverMuchItHolds() {
        hub.requireFits(new LogEntry(LogEntry.Kind.RENEWAL, "", new byte[5_000], null));
    }

    @Test
    void theBytesThatWerePublishedAreThoseThatFollowersRead() {
        Cursor cursor = hub.open(List.of("a"), StartRequest.latest()).cursor();
        hub.append("a", body("1"), null);
        hub.append("a", "data: own\nid: row 7\n\n".getBytes(StandardCharsets.UTF_8), "row 7");
        long read = cursor.next(Integer.MAX_VALUE, null).bytes().remaining();
        long[] published = hub.stats((topics, started, count, bytes, events, retained, held, most, named, mostNamed) ->
                new long[] {count, bytes, retained});

        assertThat(published).containsExactly(2, read, read);
    }

    @Test
    void anEventOfATopicThatWasNotStartedThereIsRefusedAndLeavesNothing() {
        EventId before = hub.latest();

        assertThatExceptionOfType(TopicEndedException.class)
                .isThrownBy(() -> hub.write(event("a", 10).of(before)));
        assertThat(hub.latest()).isEqualTo(before);
        assertThat(TestLogs.stats(hub).topics()).isZero();
    }

    @Test
    void anEventOfAnEarlierStartIsRefused() {
        EventId first = hub.write(LogEntry.of(LogEntry.Kind.START, "a"));
        hub.write(LogEntry.of(LogEntry.Kind.REMOVAL, "a"));
        EventId second = hub.write(LogEntry.of(LogEntry.Kind.START, "a"));
        Cursor cursor = hub.open(List.of("a"), StartRequest.latest()).cursor();

        assertThatExceptionOfType(TopicEndedException.class)
                .isThrownBy(() -> hub.write(new LogEntry(LogEntry.Kind.EVENT, "a", body("1"), null).of(first)));
        hub.write(new LogEntry(LogEntry.Kind.EVENT, "a", body("2"), null).of(second));
        assertThat(dataOn(cursor)).containsExactly("2");
    }

    @Test
    void aRefusedEntryWakesNobody() {
        hub.append("a", body("1"), null);
        Cursor cursor = hub.open(List.of("a"), StartRequest.latest()).cursor();
        AtomicInteger wakes = new AtomicInteger();
        cursor.logs().get(0).addWaker(wakes::incrementAndGet);

        assertThatExceptionOfType(TopicStartedException.class)
                .isThrownBy(() -> hub.write(LogEntry.of(LogEntry.Kind.START, "a")));
        assertThat(wakes).hasValue(0);
        hub.append("b", body("2"), null);
        assertThat(wakes).hasValue(0);
    }

    @Test
    void aClosedHubRefusesEntries() {
        assertThat(hub.isClosed()).isFalse();
        hub.close();
        assertThat(hub.isClosed()).isTrue();

        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> hub.write(LogEntry.of(LogEntry.Kind.REMOVAL, "a")))
                .withMessage("hub: closed");
    }

    @Test
    void aHubKnowsItsOwnPositionsAndWhatOrdersThem() {
        EventId own = hub.append("a", body("1"), null);
        EventId other = new EventId(own.millis(), own.sequence() ^ 1);
        HubLog node = TestLogs.onStore(Retention.defaults(), clock, 1, LogOptions.END_RETENTION);

        assertThat(hub.isOwn(own)).isTrue();
        assertThat(hub.isOwn(other)).isFalse();
        assertThat(hub.isOfStore()).isFalse();
        assertThat(node.isOfStore()).isTrue();
    }

    @Test
    void theOwnPositionAtOrBeforeAnyIsNotBeforeTheHubBegan() {
        EventId base = hub.latest();
        EventId own = hub.append("a", body("1"), null);

        assertThat(hub.atOrBefore(own)).isEqualTo(own);
        assertThat(hub.atOrBefore(new EventId(0, 0))).isEqualTo(base);
    }

    /** The ticker is the application's, and may fail before the event is in the log or after. */
    @Test
    void theFollowersAreWokenForAnEventThatIsInTheLogThoughTheWriteFailed() {
        List<Boolean> published = new ArrayList<>();
        for (int failing = 1; failing <= 4; failing++) {
            AtomicInteger calls = new AtomicInteger(Integer.MIN_VALUE);
            int last = failing;
            HubLog failingHub = HubLog.inMemory(new LogOptions(
                    new Retentions(Retention.defaults(), Map.of()),
                    clock,
                    () -> {
                        if (calls.incrementAndGet() == last) {
                            throw new IllegalStateException("as the test wants");
                        }
                        return clock.nanos();
                    },
                    1,
                    LogOptions.END_RETENTION));
            Cursor cursor = failingHub.open(List.of("a"), StartRequest.latest()).cursor();
            AtomicInteger wakes = new AtomicInteger();
            cursor.logs().get(0).addWaker(wakes::incrementAndGet);
            EventId before = failingHub.latest();
            calls.set(0);
            try {
                failingHub.append("a", body("1"), null);
            } catch (IllegalStateException e) {
                published.add(!failingHub.latest().equals(before));
                assertThat(wakes).hasValue(dataOn(cursor).size());
            }
            assertThat(failingHub.state().isLocked()).isFalse();
        }

        assertThat(published).contains(true, false);
    }
}
