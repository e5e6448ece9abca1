package dev.freshet.hub;

import static dev.freshet.hub.TopicLeasesFixture.LAST;
import static dev.freshet.hub.TopicLeasesFixture.TIME;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.log.HubLog;
import dev.freshet.log.LogEntry;
import dev.freshet.store.StoredEntry;
import dev.freshet.store.StoredEntry.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;

/** The parts of a hub that lease topics, without the hub: a test answers their entries and delivers those of the store. */
@Timeout(50)
abstract class LeasePartsFixture {
    static final EventId LATER = AwayStore.id(4);
    static final String TOPIC = "answers/1";
    static final EventId START = AwayStore.id(2);

    final AtomicLong nanos = new AtomicLong();
    final List<LogEntry> appended = new CopyOnWriteArrayList<>();
    /** The number of disturbances of the store. */
    volatile long disturbances;

    volatile Function<LogEntry, CompletionStage<EventId>> answer = kept -> CompletableFuture.completedFuture(START);

    final LeaseWriter writer = new LeaseWriter(new LeaseWriter.Appender() {
        @Override
        public CompletionStage<EventId> append(LogEntry entry, @Nullable SseEvent event) {
            appended.add(entry);
            return answer.apply(entry);
        }

        @Override
        public long disturbances() {
            return disturbances;
        }
    });
    /** The delays that the timer was armed with, and what it runs. */
    final List<Long> armed = new CopyOnWriteArrayList<>();

    Consumer<TopicLeases> timer = leases -> {};
    final HubLog log = HubLog.onStore(
            SseHub.builder().ticker(nanos::get).clock(() -> Instant.EPOCH).options());
    final TopicLease lease = new TopicLease(TIME, LAST);
    final TopicLeases leases =
            new TopicLeases(Map.of("answers/*", lease), nanos::get, writer, log, (target, action, delay) -> {
                armed.add(delay);
                timer = action;
            });

    LeasePartsFixture() {
        log.begin(AwayStore.id(1));
    }

    /** Appends this kind of entry fail with this, others are kept. */
    void fail(LogEntry.Kind kind, Throwable failure) {
        answer = entry -> entry.kind() == kind
                ? CompletableFuture.failedFuture(failure)
                : CompletableFuture.completedFuture(START);
    }

    /** The log alone has the start of the topic. */
    void startInLog() {
        log.write(LogEntry.of(LogEntry.Kind.START, TOPIC), START, 0);
    }

    /** Another node has started the topic. */
    DueTopics.Open startOfAnother() {
        startInLog();
        leases.reader().delivered(new StoredEntry(Kind.START, TOPIC, new byte[0], null, null));
        return held();
    }

    DueTopics.Open held() {
        return Objects.requireNonNull(lease.find(TOPIC), "a held topic");
    }

    /** Delivers a renewal or a probe of the topic. */
    void deliverOfMany(LogEntry.Kind kind, EventId start) {
        DueTopics.Open topic = new DueTopics.Open(TOPIC, start, lease, 0);
        byte[] body = LeasedTopics.entries(kind, List.of(topic)).get(0).encoded();
        leases.reader().delivered(new StoredEntry(Kind.valueOf(kind.name()), "", body, null, null));
    }

    void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    /** The kinds of the entries that were appended. */
    List<LogEntry.Kind> kinds() {
        return appended.stream().map(LogEntry::kind).toList();
    }

    /** The topic was removed, and started again. */
    void startAnewInLog() {
        log.write(LogEntry.of(LogEntry.Kind.REMOVAL, TOPIC), AwayStore.id(3), 0);
        log.write(LogEntry.of(LogEntry.Kind.START, TOPIC), LATER, 0);
    }

    DueTopics.Open own() {
        startInLog();
        leases.own(TOPIC, START);
        return held();
    }

    void assertIn(DueTopics list) {
        assertThat(list.find(TOPIC)).isNotNull();
        assertThat(List.of(lease.own, lease.others, lease.probed))
                .filteredOn(each -> !each.isEmpty())
                .containsExactly(list);
    }

    boolean hasBegunCheck(LogEntry.Kind kind) {
        return kinds().contains(kind);
    }
}
