package dev.freshet.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.codec.EventEncoder;
import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.harness.LogReader;
import dev.freshet.log.Readings;
import dev.freshet.log.StartRequest;
import dev.freshet.log.TopicState;
import dev.freshet.store.StoredEntry;
import dev.freshet.store.StoredEntry.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a tail makes of what a store tells it. */
@Timeout(50)
class StoreTailTest extends AwayStoreFixture {
    @RegisterExtension
    final LogReader log = new LogReader();

    private AwayStore.Asked loaded(SseHub away) throws Exception {
        AwayStore.Asked tail = store.next();
        tail.sink().begins(AwayStore.id(1));
        tail.begin(away);
        return tail;
    }

    private CompletionStage<EventId> published(SseHub to, EventId acknowledged) {
        CompletionStage<EventId> published = to.publish("t", SseEvent.of("a"));
        store.appends.remove().complete(acknowledged);
        return published;
    }

    private static void assertLost(CompletionStage<EventId> published, EventId id) {
        assertThat(published)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingRootCause()
                .withMessage("store: lost " + id + ", which it had acknowledged");
    }

    private static HubStoreStats stats(SseHub of) {
        return Objects.requireNonNull(of.storeStats());
    }

    @Test
    void whatWasAcknowledgedBeforeTheFloorOfTheFirstTailIsLost() throws Exception {
        SseHub away = away();
        CompletionStage<EventId> published = published(away, AwayStore.id(2));
        store.next().sink().begins(AwayStore.id(5));
        assertLost(published, AwayStore.id(2));
    }

    @Test
    void whatATailHadDeliveredBeforeItFailedIsNotLostThoughTheNextBeginsBehindIt() throws Exception {
        SseHub away = away();
        CompletionStage<EventId> published = away.publish("t", SseEvent.of("a"));
        AwayStore.Asked first = store.next();
        first.sink().begins(AwayStore.id(1));
        first.tell(2, Kind.EVENT);
        first.fail();
        store.next().sink().begins(AwayStore.id(5));
        store.appends.remove().complete(AwayStore.id(2));
        assertThat(published).isCompletedWithValue(AwayStore.id(2));
    }

    @Test
    void anEndThatIsToldAgainDoesNotBringBackATopicThatWasRemovedSince() throws Exception {
        SseHub away = away();
        AwayStore.Asked first = store.next();
        first.sink().begins(AwayStore.id(1));
        first.sink().ended("t", null, AwayStore.id(1), System.currentTimeMillis());
        assertThat(away.state("t")).isEqualTo(TopicState.ENDED);
        first.tell(2, Kind.REMOVAL);
        first.fail();
        AwayStore.Asked next = store.next();
        next.sink().begins(AwayStore.id(1));
        next.sink().ended("t", null, AwayStore.id(1), System.currentTimeMillis());
        assertThat(away.state("t")).isEqualTo(TopicState.UNKNOWN);
    }

    @Test
    void anEntryThatIsToldTwiceIsRefused() throws Exception {
        SseHub away = away();
        AwayStore.Asked tail = loaded(away);
        tail.tell(2, Kind.EVENT);
        assertThat(stats(away).refused()).isZero();
        tail.tell(2, Kind.EVENT);
        assertThat(stats(away).refused()).isOne();
    }

    @Test
    void whatWasAcknowledgedBeforeAnEntryOfAnotherIncarnationIsLost() throws Exception {
        SseHub away = away();
        AwayStore.Asked tail = loaded(away);
        CompletionStage<EventId> published = published(away, AwayStore.id(2));
        tail.sink().entry(new EventId(3, 9), 0, AwayStore.stored(3, Kind.EVENT));
        assertLost(published, AwayStore.id(2));
    }

    @Test
    void anEntryThatTheLogsDoNotTakeIsRefusedAndLost() throws Exception {
        SseHub away = away();
        AwayStore.Asked tail = loaded(away);
        CompletionStage<EventId> published = published(away, AwayStore.id(2));
        byte[] body = EventEncoder.encodeBody(SseEvent.of("x".repeat(17 << 20)));
        tail.sink().entry(AwayStore.id(2), 0, new StoredEntry(Kind.EVENT, "t", body, null, null));
        assertLost(published, AwayStore.id(2));
        assertThat(stats(away).refused()).isOne();
        assertThat(log.text()).contains("event 2-7 of topic \"t\" cannot be kept");
    }

    @Test
    void anEventIsAsOldAsItsReadingOnceTheStoreIsLoaded() throws Exception {
        SseHub away = away();
        AwayStore.Asked tail = loaded(away);
        tail.sink().entry(AwayStore.id(2), 0, AwayStore.stored(2, Kind.EVENT));
        assertThat(Readings.dataOn(away.open(List.of("t"), StartRequest.latest().fromEarliest())
                        .cursor()))
                .containsExactly("2");
    }

    @Test
    void aLossThatGoesNoFurtherIsLogged() throws Exception {
        SseHub away = away();
        AwayStore.Asked tail = loaded(away);
        tail.sink().lost(AwayStore.id(2));
        assertThat(log.text()).doesNotContain("a floor above it");
        tail.sink().lost(AwayStore.id(2));
        assertThat(log.text()).contains("store: lost(2-7) after 2-7 (expected: a floor above it)");
    }

    @Test
    void theFirstOwnIdThatIsLeftOutIsLogged() throws Exception {
        SseHub away = away();
        AwayStore.Asked tail = loaded(away);
        for (int i = 2; i <= 3; i++) {
            byte[] body = EventEncoder.encodeBody(SseEvent.of("a"));
            tail.sink().entry(AwayStore.id(i), 0, new StoredEntry(Kind.EVENT, "t", body, "1-2", null));
        }
        assertThat(log.text())
                .contains("event 2-7: its own id is left out, as that of each like it")
                .doesNotContain("event 3-7: its own id is left out, as that of each like it");
    }
}
