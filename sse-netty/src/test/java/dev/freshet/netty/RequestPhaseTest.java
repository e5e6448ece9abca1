package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The phases of a request handler. */
class RequestPhaseTest {
    @Test
    void onlyTheTransitionsThatAreDrawnAreMade() {
        assertThat(Transitions.of(RequestPhase.values(), RequestPhase::to))
                .containsExactly(
                        "OPEN -> OPEN WAITING DECIDING ENDED",
                        "WAITING -> OPEN WAITING ENDED",
                        "DECIDING -> OPEN DECIDING READING STREAMING SKIPPING ENDED",
                        "READING -> DECIDING READING SKIPPING ENDED",
                        "STREAMING -> OPEN STREAMING ENDED",
                        "SKIPPING -> OPEN SKIPPING ENDED",
                        "ENDED -> ENDED");
    }
}
