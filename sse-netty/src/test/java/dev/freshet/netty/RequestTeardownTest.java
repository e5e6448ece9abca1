package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The phases of the end of a connection that drains. */
class RequestTeardownTest {
    @Test
    void onlyTheTransitionsThatAreDrawnAreMade() {
        assertThat(Transitions.of(RequestTeardown.values(), RequestTeardown::to))
                .containsExactly("OPEN -> LAST_RESPONSE_BEGUN", "LAST_RESPONSE_BEGUN -> DISCARDING", "DISCARDING -> ");
    }
}
