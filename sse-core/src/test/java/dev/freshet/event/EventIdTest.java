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

    @Test
    void theNextIdIsTheFirstOfALaterTimeAndOfTheSameIncarnation() {
        assertThat(new EventId(5, 7L << 32 | 9).next(6)).isEqualTo(new EventId(6, 9));
    }

    @ParameterizedTest
    @ValueSource(longs = {5, 4, 0})
    void theNextIdOfATimeThatIsNotLaterCountsOn(long now) {
        assertThat(new EventId(5, 7L << 32 | 9).next(now)).isEqualTo(new EventId(5, 8L << 32 | 9));
        assertThat(new EventId(5, (Integer.MAX_VALUE - 1L) << 32 | 9).next(now))
                .isEqualTo(new EventId(5, (long) Integer.MAX_VALUE << 32 | 9));
    }

    @Test
    void theNextIdOfAFullMillisecondIsTheFirstOfTheFollowingOne() {
        assertThat(new EventId(5, (long) Integer.MAX_VALUE << 32 | 9).next(5)).isEqualTo(new EventId(6, 9));
    }

    @Test
    void whatIsQuotedIsOnOneLine() {
        assertThatThrownBy(() -> EventId.parse("\n\r\t\0\"\\\u001b\u0085\u00fc"))
                .hasMessageStartingWith("id: \"\\n\\r\\t\\0\\\"\\\\\\u001b\\u0085\u00fc\" (expected: ");
    }

    @Test
    void upTo128CharactersAreQuotedWhole() {
        assertThatThrownBy(() -> EventId.parse("x".repeat(128)))
                .hasMessageStartingWith("id: \"" + "x".repeat(128) + "\" ");
        assertThatThrownBy(() -> EventId.parse("x".repeat(129)))
                .hasMessageStartingWith("id: \"" + "x".repeat(128) + "...\" ");
    }
}
