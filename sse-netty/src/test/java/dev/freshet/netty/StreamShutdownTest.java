package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The phases of the end of all streams. */
class StreamShutdownTest {
    @Test
    void onlyTheTransitionsThatAreDrawnAreMade() {
        assertThat(Transitions.of(StreamShutdown.Phase.values(), StreamShutdown.Phase::to))
                .containsExactly(
                        "SERVING -> DRAINING CLOSING",
                        "DRAINING -> DRAINING CLOSING CUT",
                        "CLOSING -> CLOSING CUT",
                        "CUT -> CUT");
    }

    @Test
    void aCallThatComesAfterALaterOneChangesNothing() {
        assertThat(StreamShutdown.Phase.CUT.to(StreamShutdown.Phase.DRAINING)).isEqualTo(StreamShutdown.Phase.CUT);
        assertThat(StreamShutdown.Phase.CLOSING.to(StreamShutdown.Phase.DRAINING))
                .isEqualTo(StreamShutdown.Phase.CLOSING);
    }
}
