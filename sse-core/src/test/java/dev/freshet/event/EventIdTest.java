package dev.freshet.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventIdTest {

    @ParameterizedTest
    @ValueSource(strings = {"0-0", "1-0", "1700000000000-12", "9223372036854775807-9223372036854775807"})
    void aCanonicalTextIsReadAndWrittenAsItIs(String text) {
        assertThat(EventId.parse(text)).hasToString(text);
        assertThat(EventId.tryParse(text)).isEqualTo(EventId.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "1",
                "1-",
                "-1",
                "1--1",
                "-1-1",
                "+1-1",
                "1-+1",
                "01-1",
                "1-00",
                " 1-1",
                "1-1 ",
                "1-1-1",
                "a-1",
                "1-\u0661",
                "9223372036854775808-0",
                "0-9999999999999999999",
                "0-10000000000000000000",
                "1_0-1",
                "1\n-1"
            })
    void anyOtherTextIsRefused(String text) {
        assertThat(EventId.tryParse(text)).isNull();
        assertThatThrownBy(() -> EventId.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("id: \"")
                .hasMessageContaining("(expected: millis-sequence");
    }

    @Test
    void idsAreOrderedByMillisThenBySequence() {
        assertThat(new EventId(1, 9)).isLessThan(new EventId(2, 0)).isGreaterThan(new EventId(1, 8));
        assertThat(new EventId(1, 9)).isEqualByComparingTo(new EventId(1, 9));
    }

    @Test
    @SuppressWarnings("NullAway") // it passes null on purpose
    void negativePartsAndNullAreRefused() {
        assertThatThrownBy(() -> new EventId(-1, 0)).hasMessage("millis: -1 (expected: >= 0)");
        assertThatThrownBy(() -> new EventId(0, -2)).hasMessage("sequence: -2 (expected: >= 0)");
        assertThatThrownBy(() -> EventId.parse(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("text");
    }
}
