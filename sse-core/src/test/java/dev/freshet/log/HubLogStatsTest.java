package dev.freshet.log;

import static dev.freshet.log.Readings.body;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The totals of a hub are the sums over its topics, whatever has happened to these. */
class HubLogStatsTest {
    private static final Retention SMALL = Retention.builder()
            .maxEvents(20)
            .maxAge(Duration.ofSeconds(5))
            .maxBytes(4_000)
            .hubBytes(60_000)
            .build();

    private record Sums(long running, long events, long bytes) {}

    private final TestClock clock = new TestClock();
    private final Random random = new Random(7);

    /** All logs that a topic had; a forgotten one retains nothing and is not running. */
    private final Set<TopicLog> logs = Collections.newSetFromMap(new IdentityHashMap<>());

    private void requireSums(HubLog hub, String topic) {
        try {
            Cursor cursor = hub.open(List.of(topic), StartRequest.latest()).cursor();
            logs.addAll(cursor.logs());
            cursor.close();
        } catch (TooManyTopicsException e) {
            // then it is not known, and has no log
        }
        Sums[] both = hub.state().underLock(() -> new Sums[] {
            hub.stats((topics, started, published, publishedBytes, events, bytes, held, most, named, mostNamed) ->
                    new Sums(started, events, bytes)),
            new Sums(
                    logs.stream().filter(log -> log.life().isRunning()).count(),
                    logs.stream().mapToLong(TopicLog::events).sum(),
                    logs.stream().mapToLong(TopicLog::bytes).sum())
        });
        assertThat(both[0]).isEqualTo(both[1]);
    }

    private String topic() {
        return "t" + random.nextInt(12);
    }

    private LogEntry entry(String topic) {
        LogEntry.Kind[] kinds = {LogEntry.Kind.START, LogEntry.Kind.LAST, LogEntry.Kind.REMOVAL};
        int kind = random.nextInt(12);
        byte[] encoded = body("x".repeat(random.nextInt(400)));
        return kind >= kinds.length
                ? new LogEntry(LogEntry.Kind.EVENT, topic, encoded, kind == 4 ? "own" : null)
                : kinds[kind] == LogEntry.Kind.LAST
                        ? new LogEntry(LogEntry.Kind.LAST, topic, encoded, null)
                        : LogEntry.of(kinds[kind], topic);
    }

    private void passTime() {
        clock.advance(Duration.ofMillis(random.nextInt(30) == 0 ? 6_000 : 20));
    }

    @Test
    void theTotalsAreTheSumsAfterPublishesEndsRemovalsAndEvictions() {
        HubLog hub = TestLogs.inMemory(SMALL, clock, 1, Duration.ofSeconds(2));
        for (int i = 0; i < 3_000; i++) {
            String topic = topic();
            try {
                hub.write(entry(topic));
            } catch (TopicEndedException | TopicStartedException | TooManyTopicsException e) {
                // as it may be
            }
            requireSums(hub, topic);
            passTime();
        }
        hub.close();
        requireClosedSums(hub);
    }

    private void requireClosedSums(HubLog hub) {
        long events = logs.stream().mapToLong(TopicLog::events).sum();
        assertThat(TestLogs.stats(hub).events()).isEqualTo(events);
    }

    @Test
    void theTotalsAreTheSumsAfterLossesAndRestartsOfAStoresHistory() {
        HubLog hub = TestLogs.onStore(SMALL, clock, 1, Duration.ofSeconds(2));
        hub.begin(new EventId(1, 1));
        for (int i = 1; i < 3_000; i++) {
            String topic = topic();
            EventId id = new EventId(clock.millis(), i);
            switch (random.nextInt(60)) {
                case 0 -> hub.begin(id);
                case 1 -> hub.lost(topic, id);
                case 2 -> hub.startedBefore(topic, new EventId(1, 1));
                case 3 -> hub.ended(topic, null, new EventId(1, 1), clock.millis());
                case 4 -> hub.loaded();
                default -> hub.write(entry(topic), id, clock.millis());
            }
            requireSums(hub, topic);
            passTime();
        }
    }
}
