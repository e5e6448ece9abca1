package dev.freshet.hub;

import static dev.freshet.harness.Conditions.await;
import static dev.freshet.log.Readings.dataOn;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.harness.LogReader;
import dev.freshet.log.Batch;
import dev.freshet.log.Cursor;
import dev.freshet.log.Reset;
import dev.freshet.log.StartRequest;
import dev.freshet.store.EventStoreException;
import dev.freshet.store.MemoryStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What two hubs do with each fault of a store that completes and delivers on threads of its own. */
@Timeout(60)
class StoreFaultsTest {
    private static final long PATIENCE_SECONDS = 20;

    @RegisterExtension
    final LogReader log = new LogReader();

    private final MemoryStore store = MemoryStore.asynchronous();
    private final List<SseHub> hubs = new ArrayList<>();
    private final SseHub here = hub();
    private final SseHub there = hub();

    @AfterEach
    void close() {
        store.releaseAnswers();
        store.releaseTails();
        hubs.forEach(SseHub::close);
        store.close();
    }

    private SseHub hub() {
        SseHub hub = SseHub.builder().store(store).build();
        hubs.add(hub);
        return hub;
    }

    private static CompletableFuture<EventId> publishing(SseHub hub, String topic, String data) {
        return hub.publish(topic, SseEvent.of(data)).toCompletableFuture();
    }

    private static EventId publish(SseHub hub, String topic, String data) throws Exception {
        return publishing(hub, topic, data).get(PATIENCE_SECONDS, SECONDS);
    }

    private static Cursor follow(SseHub hub, String topic) {
        return hub.open(List.of(topic), StartRequest.latest()).cursor();
    }

    private static Cursor resume(SseHub hub, EventId from) {
        return hub.open(List.of("t"), StartRequest.latest().lastEventId(from.toString()))
                .cursor();
    }

    private static Reset.@Nullable Reason reason(SseHub hub, EventId position) {
        Reset reset = hub.open(List.of("t"), StartRequest.latest().lastEventId(position.toString()))
                .reset();
        return reset == null ? null : reset.reason();
    }

    private static void awaitLatest(EventId latest, SseHub... all) {
        for (SseHub hub : all) {
            await("the tail is at " + latest, () -> hub.latest().compareTo(latest) >= 0);
        }
    }

    private static void assertLagged(Cursor cursor) {
        assertThat(cursor.next(Integer.MAX_VALUE, null)).isSameAs(Batch.LAGGED_OUT);
    }

    private static HubStoreStats stats(SseHub hub) {
        return Objects.requireNonNull(hub.storeStats());
    }

    @Test
    void anEventIsDeliveredOnceThoughItsAcknowledgementIsLate() throws Exception {
        Cursor reader = follow(there, "t");
        store.holdAnswers();
        CompletableFuture<EventId> late = publishing(here, "t", "late");
        await("it is delivered", () -> stats(here).read() == 1 && stats(there).read() == 1);
        assertThat(late).isNotDone();
        store.releaseAnswers();
        assertThat(late.get(PATIENCE_SECONDS, SECONDS)).isEqualTo(here.latest());
        awaitLatest(here.latest(), there);
        assertThat(dataOn(reader)).containsExactly("late");
    }

    @Test
    void acknowledgementsInAnyOrderLeaveTheEventsInTheirs() throws Exception {
        Cursor reader = follow(there, "t");
        store.holdAnswers();
        List<CompletableFuture<EventId>> all = List.of(publishing(here, "t", "1"), publishing(here, "t", "2"));
        store.answer(1);
        EventId second = all.get(1).get(PATIENCE_SECONDS, SECONDS);
        assertThat(all.get(0)).isNotDone();
        store.answer(0);
        assertThat(all.get(0).get(PATIENCE_SECONDS, SECONDS)).isLessThan(second);
        awaitLatest(second, there);
        assertThat(dataOn(reader)).containsExactly("1", "2");
    }

    @Test
    void aPublishIsCompletedNotBeforeTheTailHasDeliveredItsEvent() throws Exception {
        Cursor reader = follow(here, "t");
        store.holdTails();
        CompletableFuture<EventId> published = publishing(here, "t", "late");
        await("the store has acknowledged it", () -> stats(here).unread() == 1);
        assertThat(published).isNotDone();
        store.releaseTails();
        published.get(PATIENCE_SECONDS, SECONDS);
        assertThat(dataOn(reader)).containsExactly("late");
    }

    @Test
    void aTrimmingResetsOnlyWhoIsBeforeItOnANodeThatStartsLater() throws Exception {
        EventId first = publish(here, "t", "1");
        EventId second = publish(there, "t", "2");
        Cursor reader = resume(here, first);
        store.trim();
        SseHub late = hub();
        EventId third = publish(late, "t", "3");

        awaitLatest(third, here, late);
        assertThat(dataOn(reader)).containsExactly("2", "3");
        assertThat(dataOn(resume(late, second))).containsExactly("3");
        assertThat(reason(late, first)).isEqualTo(Reset.Reason.EVICTED);
    }

    @Test
    void whatIsTrimmedBeforeANodeHasReadItIsAResetAndFailsItsPublishing() throws Exception {
        EventId read = publish(here, "t", "read");
        Cursor one = follow(here, "t");
        Cursor two = follow(there, "t");
        store.holdTails();
        CompletableFuture<EventId> unread = publishing(here, "t", "never read");
        await("the store has acknowledged it", () -> stats(here).unread() == 1);
        EventId floor = store.trim();
        store.releaseTails();

        assertThatThrownBy(() -> unread.get(PATIENCE_SECONDS, SECONDS))
                .hasRootCauseMessage("store: lost " + floor + ", which it had acknowledged");
        EventId next = publish(there, "t", "next");
        awaitLatest(next, here, there);
        for (Cursor cursor : List.of(one, two)) {
            assertLagged(cursor);
            cursor.skip();
            assertThat(dataOn(cursor)).containsExactly("next");
        }
        for (SseHub hub : List.of(here, there)) {
            assertThat(reason(hub, read)).isEqualTo(Reset.Reason.EVICTED);
            assertThat(dataOn(resume(hub, floor))).containsExactly("next");
        }
    }

    @Test
    void aLossIsAResetAtTheSamePlaceOnEveryNode() throws Exception {
        EventId before = publish(here, "t", "before");
        awaitLatest(before, there);
        Cursor one = follow(here, "t");
        Cursor two = follow(there, "t");
        EventId floor = store.lose();
        EventId after = publish(there, "t", "after");
        SseHub late = hub();

        awaitLatest(after, here, there, late);
        assertLagged(one);
        assertLagged(two);
        for (SseHub hub : hubs) {
            assertThat(reason(hub, before)).isEqualTo(Reset.Reason.UNKNOWN);
            assertThat(dataOn(resume(hub, floor))).containsExactly("after");
        }
    }

    @Test
    void anIdThatGoesBackResetsTheFollowersOfItsTopicOnEveryNodeAndNobodyElse() throws Exception {
        publish(here, "other", "1");
        publish(here, "t", "2");
        awaitLatest(publish(here, "t", "3"), there);
        List<Cursor> followers = List.of(follow(here, "t"), follow(there, "t"));
        List<Cursor> others = List.of(follow(here, "other"), follow(there, "other"));
        store.regress(2);
        CompletableFuture<EventId> refused = publishing(here, "t", "out of order");
        for (SseHub hub : List.of(here, there)) {
            await("it is told", () -> stats(hub).refused() == 1);
        }
        assertThat(refused.get(PATIENCE_SECONDS, SECONDS))
                .as("as the store acknowledged it, against its contract")
                .isLessThan(here.latest());
        for (Cursor follower : followers) {
            await("it has lagged", () -> follower.next(Integer.MAX_VALUE, null) == Batch.LAGGED_OUT);
        }
        assertThat(log.text()).contains("ERROR").contains("(expected: one above it)");

        store.regress(-2);
        awaitLatest(publish(there, "other", "after"), here, there);
        for (Cursor other : others) {
            assertThat(dataOn(other)).containsExactly("after");
        }
    }

    @Test
    void aPublishFailsWhoseEventIsKeptWithoutAnAnswerAndItsEventIsDeliveredOnce() throws Exception {
        Cursor one = follow(here, "t");
        Cursor two = follow(there, "t");
        store.failOnceKept(entry -> true);
        assertThatThrownBy(() -> publish(here, "t", "kept"))
                .cause()
                .isInstanceOfSatisfying(EventStoreException.class, failure -> assertThat(failure.isNotKept())
                        .isFalse());
        awaitLatest(publish(here, "t", "next"), there);
        assertThat(dataOn(one)).containsExactly("kept", "next");
        assertThat(dataOn(two)).containsExactly("kept", "next");
    }

    @Test
    void aPublishFailsWhoseEventIsNotKeptAndNobodyIsTold() throws Exception {
        Cursor one = follow(here, "t");
        Cursor two = follow(there, "t");
        store.failOnce(entry -> true);
        assertThatThrownBy(() -> publish(here, "t", "not kept")).hasRootCauseInstanceOf(IOException.class);
        awaitLatest(publish(here, "t", "next"), there);
        assertThat(dataOn(one)).containsExactly("next");
        assertThat(dataOn(two)).containsExactly("next");
        assertThat(stats(here).failed()).isOne();
    }
}
