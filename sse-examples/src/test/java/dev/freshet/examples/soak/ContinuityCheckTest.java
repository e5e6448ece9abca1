package dev.freshet.examples.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContinuityCheckTest {
    private static final String A = SoakEvent.PADDED + "a";
    private static final String B = "b";

    private int published = 8;
    private final ContinuityCheck check = new ContinuityCheck(List.of(A, B), topic -> published);

    @BeforeEach
    void begin() {
        check.begin("0-5");
    }

    private @Nullable String received(String id, String topic, int number) {
        return check.received(id, SoakEvent.data(topic, number));
    }

    @Test
    void eventsOfSeveralTopicsAreWholeIfEachIsNumberedWithoutAGap() {
        assertThat(received("1-0", A, 7)).isNull();
        assertThat(received("1-1", B, 1)).isNull();
        assertThat(received("2-0", A, 8)).isNull();
    }

    @Test
    void aMissingEventIsSeen() {
        received("1-0", A, 7);

        assertThat(received("1-2", A, 9)).isEqualTo("lost: padded-a has 9 (expected: 8), at 1-2");
    }

    @Test
    void aMissingFirstEventIsSeen() {
        assertThat(received("1-1", A, 9)).startsWith("lost: padded-a has 9 (expected: 8)");
    }

    @Test
    void aRepeatedEventIsSeen() {
        received("1-0", A, 7);

        assertThat(received("1-0", A, 7)).startsWith("doubled: padded-a has 7 (expected: 8)");
    }

    @Test
    void eventsOfDifferentTopicsInTheWrongOrderAreSeen() {
        received("1-1", A, 7);

        assertThat(received("1-0", B, 1)).isEqualTo("out of order: b has 1 at 1-0 after 1-1");
    }

    @Test
    void anEventAtTheBeginningOrBeforeItIsSeen() {
        assertThat(received("0-5", A, 7)).startsWith("out of order");
    }

    @Test
    void aResetPermitsOneGap() {
        received("1-0", A, 7);
        published = 100;
        check.begin("9-0");

        assertThat(received("9-1", A, 99)).isNull();
        assertThat(received("9-2", A, 101)).startsWith("lost");
    }

    @Test
    void aResetPermitsNoGapOfWhatIsPublishedAfterIt() {
        received("1-0", A, 7);
        published = 10;
        check.begin("9-0");
        published = 100;

        assertThat(received("9-1", A, 10)).isNull();
        assertThat(received("9-2", B, 11)).startsWith("lost: b has 11 (expected: 10)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "b", "b 7", "b 7 ", "b x y", "b 99999999999 y", "c 7 The quick"})
    void whatWasNotPublishedIsAltered(String data) {
        assertThat(check.received("1-0", data)).startsWith("altered");
        assertThat(check.received("1-0", SoakEvent.data(A, 7) + "x")).startsWith("altered");
        assertThat(received("1-0", "c", 7)).startsWith("altered");
    }
}
