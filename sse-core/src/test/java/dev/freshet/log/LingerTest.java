package dev.freshet.log;

import static dev.freshet.log.Readings.body;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which entries of a hub with a linger wake followers at once, and which let them wait. */
class LingerTest {
    private static final long NOW = 0;
    private static final long LATER = Duration.ofMillis(20).toNanos();

    private final TestClock clock = new TestClock();

    /** How long the follower of each hub may wait, for each call of its waker. */
    private final List<Long> waits = new ArrayList<>();

    private HubLog hub(Retention retention) {
        return HubLog.inMemory(options(retention));
    }

    private LogOptions options(Retention retention) {
        return new LogOptions(
                new Retentions(retention, Map.of()),
                clock,
                clock::nanos,
                1,
                LogOptions.END_RETENTION,
                Duration.ofMillis(20));
    }

    private HubLog followed(HubLog hub) {
        hub.open(List.of("a"), StartRequest.latest()).cursor().logs().get(0).addWaker(new Waker() {
            @Override
            public void wake() {
                waits.add(NOW);
            }

            @Override
            public void wakeWithin(long nanos) {
                waits.add(nanos);
            }
        });
        return hub;
    }

    private static LogEntry entry(LogEntry.Kind kind, String data) {
        return new LogEntry(kind, "a", body(data), null);
    }

    @Test
    void anEventMayWait() {
        followed(hub(Retention.defaults())).write(entry(LogEntry.Kind.EVENT, "1"));

        assertThat(waits).containsExactly(LATER);
    }

    @Test
    void anUrgentEventDoesNotWait() {
        followed(hub(Retention.defaults())).write(entry(LogEntry.Kind.URGENT, "1"));

        assertThat(waits).containsExactly(NOW);
    }

    @Test
    void theEventBehindAnUrgentOneMayWait() {
        HubLog hub = followed(hub(Retention.defaults()));
        hub.write(entry(LogEntry.Kind.URGENT, "1"));
        hub.write(entry(LogEntry.Kind.EVENT, "2"));

        assertThat(waits).containsExactly(NOW, LATER);
    }

    @Test
    void theLastEventOfATopicDoesNotWait() {
        followed(hub(Retention.defaults())).write(entry(LogEntry.Kind.LAST, "1"));

        assertThat(waits).containsExactly(NOW);
    }

    @Test
    void aRemovalDoesNotWait() {
        HubLog hub = hub(Retention.defaults());
        hub.write(entry(LogEntry.Kind.EVENT, "1"));
        followed(hub).write(LogEntry.of(LogEntry.Kind.REMOVAL, "a"));

        assertThat(waits).containsExactly(NOW);
    }

    @Test
    void theCloseOfAHubDoesNotWait() {
        followed(hub(Retention.defaults())).close();

        assertThat(waits).containsExactly(NOW);
    }

    @Test
    void anUrgentEntryOfAStoreDoesNotWait() {
        HubLog node = followed(HubLog.onStore(options(Retention.defaults())));
        node.write(entry(LogEntry.Kind.EVENT, "1"), new EventId(1, 1), 1);
        node.write(entry(LogEntry.Kind.URGENT, "2"), new EventId(1, 2), 1);

        assertThat(waits).containsExactly(LATER, NOW);
    }

    @Test
    void aBatchOfEventsDoesNotWait() {
        HubLog hub = followed(hub(Retention.defaults()));
        for (int i = 0; i < 5; i++) {
            hub.write(entry(LogEntry.Kind.EVENT, "x".repeat(16 << 10)));
        }

        assertThat(waits).containsExactly(LATER, LATER, LATER, NOW, LATER);
    }

    @Test
    void aQuarterOfTheEventsThatATopicRetainsDoesNotWait() {
        HubLog hub = followed(hub(Retention.builder().maxEvents(8).build()));
        for (int i = 0; i < 3; i++) {
            hub.write(entry(LogEntry.Kind.EVENT, "1"));
        }

        assertThat(waits).containsExactly(LATER, NOW, LATER);
    }

    @Test
    void aTopicThatRetainsTheLatestEventAloneNeverLetsItWait() {
        HubLog hub = followed(hub(Retention.builder().maxEvents(1).build()));
        hub.write(entry(LogEntry.Kind.EVENT, "1"));
        hub.write(entry(LogEntry.Kind.EVENT, "2"));

        assertThat(waits).containsExactly(NOW, NOW);
    }

    @Test
    void aQuarterOfTheBytesThatATopicRetainsDoesNotWait() {
        HubLog hub = followed(hub(Retention.builder().maxBytes(1024).build()));
        hub.write(entry(LogEntry.Kind.EVENT, "x".repeat(256)));

        assertThat(waits).containsExactly(NOW);
    }

    @Test
    void anEventWaitsForAQuarterOfItsAgeAtMost() {
        Retention brief = Retention.builder().maxAge(Duration.ofMillis(40)).build();
        followed(hub(brief)).write(entry(LogEntry.Kind.EVENT, "1"));

        assertThat(waits).containsExactly(LATER / 2);
    }

    @Test
    void anUrgentEventTakesWithItWhatIsCounted() {
        HubLog hub = followed(hub(Retention.builder().maxEvents(8).build()));
        hub.write(entry(LogEntry.Kind.EVENT, "1"));
        hub.write(entry(LogEntry.Kind.URGENT, "2"));
        hub.write(entry(LogEntry.Kind.EVENT, "3"));

        assertThat(waits).containsExactly(LATER, NOW, LATER);
    }

    @Test
    void anEventThatLivesFourTimesAsLongMayWait() {
        Retention longer = Retention.builder().maxAge(Duration.ofMillis(80)).build();
        followed(hub(longer)).write(entry(LogEntry.Kind.EVENT, "1"));

        assertThat(waits).containsExactly(LATER);
    }

    @Test
    void anEventOfATopicThatRetainsNothingMayWait() {
        HubLog hub = followed(hub(Retention.none()));
        hub.write(entry(LogEntry.Kind.EVENT, "1"));
        hub.write(entry(LogEntry.Kind.EVENT, "2"));

        assertThat(waits).containsExactly(LATER, LATER);
    }

    @Test
    void aFollowerThatDoesNotKnowOfWaitingReadsAtOnce() {
        HubLog hub = hub(Retention.defaults());
        List<String> read = new ArrayList<>();
        Cursor cursor = hub.open(List.of("a"), StartRequest.latest()).cursor();
        cursor.logs().get(0).addWaker(() -> read.addAll(Readings.dataOn(cursor)));
        hub.write(entry(LogEntry.Kind.EVENT, "1"));

        assertThat(read).containsExactly("1");
    }

    @Test
    void withoutALingerNothingWaits() {
        HubLog hub = followed(TestLogs.inMemory(Retention.defaults(), clock));
        hub.write(entry(LogEntry.Kind.EVENT, "1"));

        assertThat(waits).containsExactly(NOW);
    }
}
