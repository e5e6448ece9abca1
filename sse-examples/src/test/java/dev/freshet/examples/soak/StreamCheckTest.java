package dev.freshet.examples.soak;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StreamCheckTest {
    private final StreamCheck check = new StreamCheck();

    @Test
    void eventsOfSeveralTopicsAreWholeIfEachIsNumberedWithoutAGap() {
        assertThat(check.received("1-0", "a 7 x y")).isNull();
        assertThat(check.received("1-1", "b 1")).isNull();
        assertThat(check.received("2-0", "a 8")).isNull();
    }

    @Test
    void aMissingEventIsSeen() {
        check.received("1-0", "a 7");

        assertThat(check.received("1-2", "a 9")).isEqualTo("lost: a has 9 after 7, at 1-2");
    }

    @Test
    void aMissingFirstEventIsSeenWhereTheFirstIsKnown() {
        check.begin("a", 0);

        assertThat(check.received("1-1", "a 1")).startsWith("lost: a has 1");
    }

    @Test
    void aRepeatedEventIsSeen() {
        check.received("1-0", "a 7");

        assertThat(check.received("1-0", "a 7")).startsWith("doubled: a has 7 after 7");
    }

    @Test
    void eventsOfDifferentTopicsInTheWrongOrderAreSeen() {
        check.received("1-1", "a 7");

        assertThat(check.received("1-0", "b 1")).startsWith("out of order: b has 1 at 1-0 after 1-1");
    }

    @Test
    void aResetPermitsOneGap() {
        check.received("1-0", "a 7");
        check.reset();

        assertThat(check.wasReset()).isTrue();
        assertThat(check.received("9-0", "a 99")).isNull();
        assertThat(check.received("9-1", "a 101")).startsWith("lost");
    }
}
