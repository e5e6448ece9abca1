package dev.freshet.hub;

import static dev.freshet.harness.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.log.TopicState;
import dev.freshet.store.FileEventStore;
import dev.freshet.store.OwnStore;
import dev.freshet.store.RefusingStore;
import dev.freshet.store.StoredEntry;
import dev.freshet.store.StoredEntry.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Started topics whose nodes live and die. */
class TopicLeasesTest extends TopicLeasesFixture {

    @Test
    void aTopicWhoseNodeLivesStaysOpenHoweverQuietItIs() {
        SseHub here = node(store);
        SseHub there = node(store);
        start(here, "answers/1");
        for (int i = 0; i < 9; i++) {
            pass(THIRD);
            check(here);
            check(there);
        }

        assertThat(there.state("answers/1")).isEqualTo(TopicState.OPEN);
        assertThat(data(there, "answers/1")).isEmpty();
        assertThat(store.count(Kind.RENEWAL, "")).isEqualTo(9);
        assertThat(store.count(Kind.PROBE, "")).isZero();
    }

    @Test
    void aTopicThatIsPublishedToIsNotRenewedBeside() {
        SseHub here = node(store);
        StartedTopic topic = here.started("answers/1", start(here, "answers/1"));
        for (int i = 0; i < 9; i++) {
            pass(THIRD.minusNanos(1));
            topic.publish(SseEvent.of("" + i));
            check(here);
        }
        assertThat(store.count(Kind.RENEWAL, "")).isZero();
    }

    @Test
    void theLeasesOfVeryManyTopicsTakeFewEntries() {
        SseHub here = node(store);
        SseHub there = node(store);
        for (int i = 0; i < 2_000; i++) {
            start(here, "answers/" + UUID.randomUUID());
        }
        pass(THIRD);
        check(here);
        assertThat(store.count(Kind.RENEWAL, "")).isPositive().isLessThan(10);
        here.close();
        pass(TIME);
        check(there);
        assertThat(store.count(Kind.PROBE, "")).isPositive().isLessThan(10);
        pass(THIRD);
        check(there);
        assertThat(store.count(Kind.LAST)).isEqualTo(2_000);
    }

    @Test
    void aRenewalThatIsNotKeptIsTriedAgainAtTheNextLook() {
        RefusingStore full = new RefusingStore(store);
        SseHub here = node(full);
        start(here, "answers/1");
        start(here, "answers/2");
        full.refuse(Kind.RENEWAL, 2);
        pass(THIRD);
        check(here);
        check(here);
        assertThat(store.count(Kind.RENEWAL, "")).isZero();
        check(here);
        assertThat(store.count(Kind.RENEWAL, "")).isOne();
        check(here);
        assertThat(store.count(Kind.RENEWAL, "")).as("it was kept").isOne();
    }

    @Test
    void aQuestionAndAnEndThatAreNotKeptAreTriedAgainAtTheNextLook() {
        SseHub here = node(store);
        RefusingStore full = new RefusingStore(store);
        SseHub there = node(full);
        start(here, "answers/1");
        here.close();
        full.refuse(Kind.PROBE, 1);
        pass(TIME);
        check(there);
        check(there);
        assertThat(store.count(Kind.PROBE, "")).isOne();
        full.refuse(Kind.LAST, 1);
        pass(THIRD);
        check(there);
        check(there);
        assertThat(store.count(Kind.LAST)).isOne();
    }

    @Test
    void aTopicWhoseEndTheStoreThrowsForIsNotRenewed() {
        RefusingStore broken = new RefusingStore(store);
        SseHub here = node(broken);
        start(here, "answers/1");
        broken.failWith(new AssertionError("broken"));
        assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> here.complete("answers/1", LAST));
        broken.failWith(null);
        pass(THIRD);
        check(here);
        assertThat(store.count(Kind.RENEWAL, "")).isZero();
    }

    @Test
    void whatATopicIsNamedIsNoMatterToItsLease() {
        SseHub here = node(store);
        SseHub there = node(store);
        String topic = "answers/\n\0größe\ud83d";
        EventId start = start(here, topic);
        store.trimUnseen();
        pass(THIRD);
        check(here);
        assertThat(there.topic(topic).start()).isEqualTo(start);
        assertThat(node(store).topic(topic).start()).isEqualTo(start);
    }

    @Test
    void aRenewalThatNoHubHasWrittenIsLeftOut() {
        SseHub here = node(store);
        byte[] body = {1, 2, 3};
        store.append(new StoredEntry(Kind.RENEWAL, "", body, null, null), "key");
        here.publish("answers/1", SseEvent.of("a"));
        assertThat(data(here, "answers/1")).containsExactly("a");
    }

    @Test
    void onAStoreThatNoOtherNodeIsOnNothingIsRenewed() {
        RefusingStore kept = new RefusingStore(store);
        SseHub alone = node(new OwnStore(kept));
        StartedTopic refused = alone.started("answers/1", start(alone, "answers/1"));
        StartedTopic quiet = alone.started("answers/2", start(alone, "answers/2"));
        quiet.publish(SseEvent.of("a"));
        kept.refuse(Kind.LAST, 1);
        refused.complete(SseEvent.of("done"));
        for (int i = 0; i < 6; i++) {
            pass(THIRD);
            check(alone);
        }
        assertThat(store.count(Kind.RENEWAL)).isZero();
        assertThat(alone.state("answers/2")).isEqualTo(TopicState.OPEN);
        assertThat(data(alone, "answers/1")).containsExactly("gone");
    }

    @Test
    void aTopicWhoseNodeDiedIsEndedOnceForAll() {
        SseHub dead = node(store);
        List<SseHub> others = List.of(node(store), node(store));
        dead.started("answers/1", start(dead, "answers/1")).publish(SseEvent.of("a"));
        dead.close();
        pass(TIME);
        others.forEach(TopicLeasesTest::check);
        assertThat(others).allMatch(other -> other.state("answers/1") == TopicState.OPEN);
        pass(THIRD);
        others.forEach(TopicLeasesTest::check);
        others.forEach(TopicLeasesTest::check);

        assertThat(others).allSatisfy(other -> {
            assertThat(other.state("answers/1")).isEqualTo(TopicState.ENDED);
            assertThat(data(other, "answers/1")).containsExactly("a", "gone");
        });
        assertThat(store.count(Kind.LAST, "answers/1")).isOne();
        assertThat(data(node(store), "answers/1")).containsExactly("a", "gone");
    }

    @Test
    void anotherTopicThatIsStartedUnderTheNameHasALeaseOfItsOwn() {
        SseHub dead = node(store);
        SseHub there = node(store);
        start(dead, "answers/1");
        dead.close();
        pass(TIME.minusNanos(1));
        there.remove("answers/1");
        start(there, "answers/1");
        pass(THIRD);
        check(there);
        pass(THIRD);
        check(there);
        assertThat(there.state("answers/1")).isEqualTo(TopicState.OPEN);
        assertThat(store.count(Kind.PROBE, "")).isZero();
    }

    @Test
    void aNodeThatComesWhenTheStartIsTrimmedLearnsOfTheTopicByItsRenewal() {
        SseHub here = node(store);
        EventId start = start(here, "answers/1");
        store.trimUnseen();
        pass(THIRD);
        check(here);
        SseHub later = node(store);
        assertThat(later.topic("answers/1").start()).isEqualTo(start);
        here.close();
        pass(TIME);
        check(later);
        pass(THIRD);
        check(later);
        assertThat(later.state("answers/1")).isEqualTo(TopicState.ENDED);
    }

    @Test
    void whatIsSaidOfALeaseNobodyReads() {
        SseHub here = node(store);
        SseHub there = node(store);
        StartedTopic topic = here.started("answers/1", start(here, "answers/1"));
        topic.publish(SseEvent.of("a"));
        long published = there.stats().published();
        pass(THIRD);
        check(here);
        pass(TIME);
        check(there);

        assertThat(store.count(Kind.RENEWAL, "")).isPositive();
        assertThat(store.count(Kind.PROBE, "")).isPositive();
        assertThat(data(there, "answers/1")).containsExactly("a");
        assertThat(there.stats().published()).isEqualTo(published);
        await(
                "both have the answer, which is another thread's",
                () -> store.count(Kind.RENEWAL, "") >= 2 && there.latest().equals(here.latest()));
    }

    @Test
    void aTopicThatIsNotOfThePatternOrWasNotStartedIsLeftAlone() {
        SseHub dead = node(store);
        SseHub there = node(store);
        start(dead, "other");
        dead.publish("answers/1", SseEvent.of("a"));
        dead.close();
        for (int i = 0; i < 3; i++) {
            pass(TIME);
            check(there);
        }
        assertThat(there.state("other")).isEqualTo(TopicState.OPEN);
        assertThat(there.state("answers/1")).isEqualTo(TopicState.OPEN);
    }

    @Test
    void oneOfBeforeARestartIsEndedAtOnceWhereNoOtherNodeCanRunIt(@TempDir Path folder) throws Exception {
        try (FileEventStore files = FileEventStore.open(folder)) {
            SseHub before = node(files);
            before.started("answers/1", start(before, "answers/1"))
                    .publish(SseEvent.of("a"))
                    .toCompletableFuture()
                    .join();
            before.close();
        }
        try (FileEventStore files = FileEventStore.open(folder)) {
            SseHub after = node(files);
            EventId start = Objects.requireNonNull(after.topic("answers/1").start());
            CompletableFuture<Void> ended = new CompletableFuture<>();
            after.started("answers/1", start).onEnd(() -> ended.complete(null));
            assertThat(ended).succeedsWithin(PATIENCE);
            assertThat(data(after, "answers/1")).containsExactly("a", "gone");
            start(after, "answers/2");
            pass(TIME.multipliedBy(2));
            check(after);
            assertThat(after.state("answers/2")).isEqualTo(TopicState.OPEN);
        }
    }

    @Test
    void termsThatAreNotAllowedAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SseHub.builder().lease("a*b", TIME, LAST))
                .withMessageContaining("topicPattern");
        for (Duration time : List.of(Duration.ofMillis(14_999), Duration.ofMinutes(61))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SseHub.builder().lease("a", time, LAST))
                    .withMessage("lease.time: " + time + " (expected: 15 s to 1 hour)");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SseHub.builder()
                        .lease("a", TIME, SseEvent.builder().id("7").build()))
                .withMessage("lease.last.id: \"7\" (expected: none)");
    }
}
