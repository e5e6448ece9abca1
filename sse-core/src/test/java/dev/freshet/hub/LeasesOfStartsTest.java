package dev.freshet.hub;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.harness.LogReader;
import dev.freshet.log.TopicStartedException;
import dev.freshet.store.DelegatingStore;
import dev.freshet.store.EventStore;
import dev.freshet.store.EventStoreException;
import dev.freshet.store.OwnStore;
import dev.freshet.store.PausedStore;
import dev.freshet.store.RefusingStore;
import dev.freshet.store.StoredEntry;
import dev.freshet.store.StoredEntry.Kind;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Topics that are started before the store is loaded or anew, and what of a lease is not kept. */
class LeasesOfStartsTest extends TopicLeasesFixture {
    private static final String OURS = "answers/ours";
    private static final String BEFORE = "answers/before";

    private final AwayStore away = new AwayStore();
    private final BlockingQueue<StoredEntry> ends = new LinkedBlockingQueue<>();
    private final BlockingQueue<StoredEntry> renewals = new LinkedBlockingQueue<>();

    @Test
    void aRenewalThatFailsIsLoggedWithoutTheNameOfTheClassOfItsFailure() {
        SseHub here = node(store);
        node(store);
        start(here, OURS);
        pass(THIRD);
        store.failWith(new EventStoreException("redis: Connection refused", null, true));
        assertThat(LogReader.logged(() -> check(here)))
                .contains("open topics: RENEWAL is not kept: redis: Connection refused");
        store.failWith(null);
    }

    /** Of a store that no other node is on, and that failed once. */
    private SseHub notLoaded() throws Exception {
        away.atFirst = AwayStore.Asked::fail;
        SseHub hub = SseHub.builder()
                .store(new OwnStore(new Recording()))
                .storeStart(StoreStart.RETRY, Duration.ofMinutes(1))
                .ticker(nanos::get)
                .lease("answers/*", TIME, LAST)
                .build();
        nodes.add(hub);
        away.next();
        return hub;
    }

    private final class Recording extends DelegatingStore {
        Recording() {
            super(away);
        }

        @Override
        public CompletionStage<EventId> append(StoredEntry entry, String key) {
            switch (entry.kind()) {
                case LAST -> ends.add(entry);
                case RENEWAL -> renewals.add(entry);
                default -> {}
            }
            return super.append(entry, key);
        }
    }

    private static void started(AwayStore.Asked tail, long number, String topic) {
        StoredEntry start = new StoredEntry(Kind.START, topic, new byte[0], null, null);
        tail.sink().entry(AwayStore.id(number), System.currentTimeMillis(), start);
    }

    private CompletableFuture<EventId> append() throws InterruptedException {
        return Objects.requireNonNull(away.appends.poll(20, SECONDS), "an append");
    }

    private String ended() throws InterruptedException {
        return Objects.requireNonNull(ends.poll(20, SECONDS), "an end").topic();
    }

    @Test
    void aTopicThatIsStartedBeforeTheLoadIsNotEndedThoughItsAnswerComesAfterIt() throws Exception {
        SseHub hub = notLoaded();
        CompletionStage<EventId> start = hub.start(OURS);
        CompletableFuture<EventId> answer = append();
        AwayStore.Asked tail = away.next();
        tail.sink().begins(AwayStore.id(1));
        started(tail, 2, BEFORE);
        started(tail, 3, OURS);
        tail.begin(hub);
        assertThat(ended()).isEqualTo(BEFORE);
        check(hub);
        answer.complete(AwayStore.id(3));
        assertThat(start).isCompletedWithValue(AwayStore.id(3));
        for (int i = 0; i < 6; i++) {
            pass(THIRD);
            check(hub);
        }
        assertThat(ends).extracting(StoredEntry::topic).containsOnly(BEFORE);
        assertThat(renewals).isEmpty();
    }

    @Test
    void aTopicThatIsStartedBeforeTheLoadIsNotRenewedAfterItWhereNobodyElseHearsIt() throws Exception {
        SseHub hub = notLoaded();
        CompletionStage<EventId> start = hub.start(OURS);
        append().complete(AwayStore.id(2));
        AwayStore.Asked tail = away.next();
        tail.sink().begins(AwayStore.id(1));
        started(tail, 2, OURS);
        assertThat(start).isCompletedWithValue(AwayStore.id(2));
        tail.begin(hub);
        for (int i = 0; i < 6; i++) {
            pass(THIRD);
            check(hub);
        }
        assertThat(renewals).isEmpty();
        assertThat(ends).isEmpty();
    }

    @Test
    void aTopicOfBeforeIsEndedOnceItsStartHereWasRefused() throws Exception {
        SseHub hub = notLoaded();
        CompletionStage<EventId> start = hub.start(BEFORE);
        CompletableFuture<EventId> answer = append();
        AwayStore.Asked tail = away.next();
        tail.sink().begins(AwayStore.id(1));
        started(tail, 2, BEFORE);
        tail.begin(hub);
        started(tail, 3, BEFORE);
        answer.complete(AwayStore.id(3));
        assertThat(start)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(TopicStartedException.class);
        assertThat(ended()).isEqualTo(BEFORE);
    }

    @Test
    void anAnswerThatComesLateDoesNotThrowOutTheTopicThatWasStartedSince() {
        SseHub here = node(store);
        EventId first = start(here, OURS);
        here.remove(OURS);
        start(here, OURS);
        Objects.requireNonNull(here.leases()).own(OURS, first);
        pass(THIRD);
        check(here);
        assertThat(store.count(Kind.RENEWAL)).isOne();
    }

    @Test
    void aQuestionThatIsKeptIsGivenItsTimeThoughAnotherIsNot() {
        SseHub dead = node(store);
        SseHub there = node(store);
        for (int i = 0; i < 1_000; i++) {
            start(dead, "answers/" + UUID.randomUUID());
        }
        dead.close();
        AtomicInteger questions = new AtomicInteger();
        store.failOnce(entry -> entry.kind() == Kind.PROBE && questions.incrementAndGet() == 2);
        pass(TIME);
        check(there);
        assertThat(store.count(Kind.PROBE)).isOne();
        check(there);
        assertThat(store.count(Kind.PROBE)).as("the other is asked again").isEqualTo(2);
        assertThat(store.count(Kind.LAST)).as("nobody had the time to answer").isZero();
        pass(THIRD);
        check(there);
        assertThat(store.count(Kind.LAST)).isEqualTo(1_000);
    }

    @Test
    void anEndThatTheStoreDoesNotAllowLeavesTheLeaseToItsNode() {
        SseHub here = node(new NoEnds(store));
        start(here, OURS);
        assertThatIllegalArgumentException().isThrownBy(() -> here.complete(OURS, SseEvent.of("done")));
        pass(THIRD);
        check(here);
        assertThat(store.count(Kind.RENEWAL)).isOne();
    }

    @Test
    void aTopicThatIsGivenAnEndBeforeItsStartIsReadIsNotRenewed() {
        RefusingStore full = new RefusingStore(store);
        full.refuse(Kind.LAST, 1);
        PausedStore paused = new PausedStore(full);
        SseHub here = node(paused);
        paused.pause();
        here.start(OURS);
        CompletionStage<EventId> ended = here.complete(OURS, SseEvent.of("done"));
        paused.goOn();
        assertThat(ended).isCompletedExceptionally();
        pass(THIRD);
        check(here);
        assertThat(store.count(Kind.RENEWAL)).isZero();
    }

    private static final class NoEnds extends DelegatingStore {
        NoEnds(EventStore store) {
            super(store);
        }

        @Override
        public CompletionStage<EventId> append(StoredEntry entry, String key) {
            if (entry.kind() == Kind.LAST) {
                throw new IllegalArgumentException("entry: too long");
            }
            return store.append(entry, key);
        }
    }
}
