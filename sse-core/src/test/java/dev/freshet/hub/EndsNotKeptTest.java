package dev.freshet.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.event.SseEvent;
import dev.freshet.log.TopicState;
import dev.freshet.store.RefusingStore;
import dev.freshet.store.StoredEntry.Kind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Started topics of nodes that live, whose ends the store does not keep. */
class EndsNotKeptTest extends TopicLeasesFixture {
    @Test
    void aTopicWhoseEndIsNotKeptIsEndedThoughItsNodeLives() {
        RefusingStore refusing = new RefusingStore(store);
        SseHub here = node(refusing);
        SseHub there = node(store);
        StartedTopic topic = here.started("answers/1", start(here, "answers/1"));
        start(here, "answers/2");
        refusing.refuse(Kind.LAST, Integer.MAX_VALUE);
        for (Duration time : List.of(TIME, THIRD)) {
            topic.complete(SseEvent.of("done"));
            here.complete("answers/2", SseEvent.of("done"));
            pass(time);
            check(there);
        }
        for (String each : List.of("answers/1", "answers/2")) {
            assertThat(data(there, each)).containsExactly("gone");
            assertThat(data(here, each)).containsExactly("gone");
        }
    }

    @Test
    void whoTriesAnEndAgainMayEndItItselfByTheLease() {
        RefusingStore refusing = new RefusingStore(store);
        SseHub here = node(refusing);
        StartedTopic topic = here.started("answers/1", start(here, "answers/1"));
        refusing.refuse(Kind.LAST, 4);
        for (int i = 0; i < 5; i++) {
            topic.complete(SseEvent.of("done"));
            pass(THIRD);
            check(here);
        }
        assertThat(data(here, "answers/1")).containsExactly("gone");
    }

    @Test
    void aTopicThatIsPublishedToAfterAnEndThatIsNotKeptStaysOpen() {
        RefusingStore refusing = new RefusingStore(store);
        SseHub here = node(refusing);
        SseHub there = node(store);
        StartedTopic topic = here.started("answers/1", start(here, "answers/1"));
        refusing.refuse(Kind.LAST, 1);
        topic.complete(SseEvent.of("done"));
        for (int i = 0; i < 6; i++) {
            pass(THIRD);
            topic.publish(SseEvent.of("" + i));
            check(here);
            check(there);
        }
        assertThat(there.state("answers/1")).isEqualTo(TopicState.OPEN);
    }

    @Test
    void anEndThatIsRefusedAtOnceLeavesTheLeaseToItsNode() {
        SseHub here = node(store);
        SseHub there = node(store);
        StartedTopic topic = here.started("answers/1", start(here, "answers/1"));
        SseEvent tooLarge = SseEvent.of("x".repeat(1 << 25));
        assertThatIllegalArgumentException().isThrownBy(() -> topic.complete(tooLarge));
        pass(THIRD);
        check(here);
        assertThat(store.count(Kind.RENEWAL)).isOne();
        assertThat(there.state("answers/1")).isEqualTo(TopicState.OPEN);
    }
}
