package dev.freshet.hub;

import static dev.freshet.fixtures.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.LogReader;
import dev.freshet.log.TopicState;
import dev.freshet.store.DelegatingStore;
import dev.freshet.store.PausedStore;
import dev.freshet.store.StoreStats;
import dev.freshet.store.StoredEntry.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a second probe of a dead node's topic decides. */
class SecondProbeTest extends TopicLeasesFixture {
    @RegisterExtension
    final LogReader log = new LogReader();

    /** A node whose way to the store is a test's, of a topic whose node is dead and was asked. */
    private SseHub watching(PausedStore paused) {
        SseHub dead = node(store);
        SseHub there = node(paused);
        start(dead, "answers/1");
        dead.close();
        pass(TIME);
        check(there);
        pass(THIRD);
        paused.pause();
        check(there);
        return there;
    }

    @Test
    void aProbeMayTakeAnEighthOfTheLease() {
        PausedStore paused = new PausedStore(store);
        SseHub there = watching(paused);
        pass(TIME.dividedBy(8));
        paused.goOn();
        await("the topic is ended", () -> there.state("answers/1") == TopicState.ENDED);
        assertThat(store.count(Kind.PROBE, "")).isEqualTo(2);
    }

    @Test
    void aProbeThatTakesAThirdOfTheLeaseIsRepeatedOnceItIsDelivered() {
        PausedStore paused = new PausedStore(store);
        SseHub there = watching(paused);
        pass(THIRD);
        check(there);
        paused.goOn();
        await("it is decided on", () -> log.text().contains("its node is asked again"));
        assertThat(store.count(Kind.PROBE, ""))
                .as("none beside one that is on its way")
                .isEqualTo(2);
        assertThat(there.state("answers/1")).isEqualTo(TopicState.OPEN);
        await("the topic is ended", () -> {
            pass(THIRD);
            check(there);
            return there.state("answers/1") == TopicState.ENDED;
        });
    }

    @Test
    void aTopicIsEndedAlsoWhereTheStoreHasNoStatistics() {
        SseHub dead = node(store);
        SseHub there = node(new DelegatingStore(store) {
            @Override
            public StoreStats stats() {
                throw new IllegalStateException("as the test wants");
            }
        });
        start(dead, "answers/1");
        dead.close();
        pass(TIME);
        check(there);
        pass(THIRD);
        check(there);
        assertThat(there.state("answers/1")).isEqualTo(TopicState.ENDED);
    }
}
