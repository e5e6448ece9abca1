package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The phases of receiving a request. */
class RequestReceivingTest {
    @Test
    void onlyTheTransitionsThatAreDrawnAreMade() {
        assertThat(Transitions.of(RequestReceiving.values(), RequestReceiving::to))
                .containsExactly("IDLE -> IDLE HEAD BODY", "HEAD -> IDLE BODY", "BODY -> IDLE BODY");
    }
}
