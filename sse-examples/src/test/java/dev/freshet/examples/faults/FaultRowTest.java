package dev.freshet.examples.faults;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a row asserts of the resets that clients were told. */
class FaultRowTest {
    private static FaultRow row(int resets) {
        return new FaultRow("it", 1, Map.of(), 1, List.of(new ClientResult(1, 0, 0, 0, 0, resets, true)), List.of());
    }

    @Test
    void aResetWhereNothingIsLostIsAFault() {
        assertThatCode(() -> row(0).assertWhole(Resets.NONE)).doesNotThrowAnyException();
        assertThatThrownBy(() -> row(1).assertWhole(Resets.NONE)).hasMessageContaining("it: told reset");
    }

    @Test
    void noResetWhereSomethingIsLostIsAFault() {
        assertThatCode(() -> row(1).assertWhole(Resets.SOME)).doesNotThrowAnyException();
        assertThatThrownBy(() -> row(0).assertWhole(Resets.SOME)).hasMessageContaining("it: told reset");
    }
}
