package dev.freshet.log;

import static dev.freshet.log.Readings.body;
import static dev.freshet.log.Readings.dataOn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The age of events is told by a clock that nobody sets. */
class AgeTest {
    private static final Duration AGE = Duration.ofSeconds(80);
    private static final Duration YEAR = Duration.ofDays(365);
    private static final long PATIENCE_SECONDS = 60;

    private final TestClock timeOfDay = new TestClock();
    private final TestClock ticker = new TestClock();

    private HubLog hub(Duration maxAge) {
        return HubLog.inMemory(options(maxAge));
    }

    private LogOptions options(Duration maxAge) {
        Retention retention = Retention.builder().maxAge(maxAge).build();
        return new LogOptions(
                new Retentions(retention, Map.of()), timeOfDay, ticker::nanos, 1, LogOptions.END_RETENTION);
    }

    private void pass(Duration time) {
        timeOfDay.advance(time);
        ticker.advance(time);
    }

    private static List<String> retained(HubLog hub) {
        return dataOn(hub.open(List.of("t"), StartRequest.latest().lastEventId("earliest"))
                .cursor());
    }

    @Test
    void eventsAreDroppedInTimeThoughTheClockGoesBack() {
        HubLog hub = hub(AGE);
        hub.append("t", body("old"), null);
        timeOfDay.set(0);
        ticker.advance(AGE);
        hub.append("t", body("young"), null);
        assertThat(retained(hub)).containsExactly("old", "young");
        ticker.advance(Duration.ofMillis(1));

        assertThat(retained(hub)).containsExactly("young");
    }

    @Test
    void eventsAreDroppedInTimeThoughTheClockHasBeenAhead() {
        HubLog hub = hub(AGE);
        timeOfDay.advance(YEAR);
        hub.append("t", body("a year ahead"), null);
        timeOfDay.set(TestClock.START);
        hub.append("t", body("back"), null);
        pass(AGE.plusMillis(1));

        assertThat(retained(hub)).isEmpty();
    }

    @Test
    void noEventIsDroppedBecauseTheClockIsSetAhead() {
        HubLog hub = hub(AGE);
        hub.append("t", body("1"), null);
        timeOfDay.advance(YEAR);
        hub.append("t", body("2"), null);

        assertThat(retained(hub)).containsExactly("1", "2");
    }

    @Test
    void aStartAtATimeOfDayGoesByTheAgeThoughTheClockWasSet() {
        HubLog hub = hub(AGE);
        timeOfDay.advance(YEAR);
        hub.append("t", body("10 s ago"), null);
        timeOfDay.set(TestClock.START);
        pass(Duration.ofSeconds(5));
        hub.append("t", body("5 s ago"), null);
        pass(Duration.ofSeconds(5));

        assertThat(startingAt(hub, timeOfDay.instant().minusSeconds(11))).containsExactly("10 s ago", "5 s ago");
        assertThat(startingAt(hub, timeOfDay.instant().minusSeconds(10))).containsExactly("10 s ago", "5 s ago");
        assertThat(startingAt(hub, timeOfDay.instant().minusSeconds(10).plusMillis(1)))
                .containsExactly("5 s ago");
        assertThat(startingAt(hub, timeOfDay.instant().minusSeconds(4))).isEmpty();
    }

    private static List<String> startingAt(HubLog hub, Instant time) {
        return dataOn(hub.open(List.of("t", "quiet"), StartRequest.latest().from(time))
                .cursor());
    }

    @Test
    void aSegmentThatLastsForMonthsStillTellsTheAgesInIt() {
        HubLog hub = hub(Duration.ofDays(300));
        for (int i = 0; i < 10; i++) {
            hub.append("t", body("" + i), null);
            pass(Duration.ofDays(40));
        }

        assertThat(retained(hub)).containsExactly("3", "4", "5", "6", "7", "8", "9");
        pass(Duration.ofDays(100));
        assertThat(retained(hub)).containsExactly("5", "6", "7", "8", "9");
    }

    @Test
    void whatAStoreKeptForLongIsAsOldAsItsIdTells() {
        HubLog hub = HubLog.onStore(options(AGE));
        write(hub, "old", TestClock.START - AGE.toMillis());
        write(hub, "young", TestClock.START - 1);
        write(hub, "ahead", TestClock.START + YEAR.toMillis());
        assertThat(retained(hub)).containsExactly("old", "young", "ahead");
        pass(Duration.ofMillis(1));
        assertThat(retained(hub)).containsExactly("young", "ahead");
        pass(AGE);

        assertThat(retained(hub)).isEmpty();
    }

    @Test
    void whatANodeWhoseClockIsAheadIsBroughtIsAsOldAsTheTimeSinceItCame() {
        HubLog hub = HubLog.onStore(options(AGE));
        write(hub, "before", TestClock.START);
        hub.loaded();
        timeOfDay.advance(AGE.plusMinutes(1));
        write(hub, "1", TestClock.START + 1);
        write(hub, "2", TestClock.START + 2);
        ticker.advance(AGE.minusMillis(1));
        write(hub, "3", TestClock.START + 3);

        assertThat(retained(hub)).containsExactly("before", "1", "2", "3");
        ticker.advance(Duration.ofMillis(2));
        assertThat(retained(hub)).containsExactly("3");
    }

    private static void write(HubLog hub, String data, long millis) {
        hub.write(new LogEntry(LogEntry.Kind.EVENT, "t", body(data), null), new EventId(millis, 1), millis);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5000})
    void aHubDropsWhatIsTooOldWithoutTraffic(int topics) {
        HubLog hub = HubLog.inMemory(new LogOptions(
                new Retentions(
                        Retention.builder().maxAge(Duration.ofMillis(500)).build(), Map.of()),
                timeOfDay,
                System::nanoTime,
                1,
                LogOptions.END_RETENTION));
        Cursor follower = hub.open(List.of("t 0"), StartRequest.latest()).cursor();
        for (int i = 0; i < topics; i++) {
            hub.append("t " + i, body("x"), null);
        }
        long end = System.nanoTime() + PATIENCE_SECONDS * 1_000_000_000;
        while (TestLogs.stats(hub).events() > 0 || TestLogs.stats(hub).topics() > 1) {
            assertThat(System.nanoTime()).as("by then").isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(hub.state().segments().hasAny()).isFalse();
        follower.close();
    }
}
