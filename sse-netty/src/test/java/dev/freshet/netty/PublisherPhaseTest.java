package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The phases of a publisher's stream. */
class PublisherPhaseTest {
    @Test
    void onlyTheTransitionsThatAreDrawnAreMade() {
        assertThat(Transitions.of(PublisherPhase.values(), PublisherPhase::to))
                .containsExactly(
                        "STARTING -> STREAMING ENDED",
                        "STREAMING -> COMPLETING TRUNCATING ENDED",
                        "COMPLETING -> ENDED",
                        "TRUNCATING -> ENDED",
                        "ENDED -> ");
    }
}
