package dev.freshet.event;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LastEventIdTest {
    private static void check(String id) {
        LastEventId.check(id, LastEventId.MAX_BYTES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "7", "order 7", "a\tb", "größe/日本", "\ud83d\ude00", "\u00a0a\u00a0", "\u0085"})
    void whatAHeaderCarriesPasses(String id) {
        assertThatCode(() -> check(id)).doesNotThrowAnyException();
    }

    @Test
    void noControlCharacterPassesButATabInside() {
        for (char c = 0; c < ' '; c++) {
            String id = "a" + c + "b";
            if (c != '\t') {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> check(id))
                        .withMessageContaining("(expected: no control character, so that Last-Event-ID can carry it)");
            }
        }
        assertThatIllegalArgumentException().isThrownBy(() -> check("a\u007fb"));
    }

    @ParameterizedTest
    @ValueSource(strings = {" a", "a ", "\ta", "a\t", " ", "\t"})
    void noSpaceOrTabAtAnEndPasses(String id) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> check(id))
                .withMessageContaining("(expected: no space or tab at an end");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\ud800", "a\udc00", "\ud800b", "\udc00\ud800"})
    void noLoneSurrogatePasses(String id) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> check(id))
                .withMessageContaining("(expected: no lone surrogate");
    }

    @Test
    void theLengthIsCountedInBytes() {
        check("a".repeat(4096));
        check("ü".repeat(2048));

        assertThatIllegalArgumentException().isThrownBy(() -> check("a".repeat(4097)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> check("ü".repeat(2049)))
                .withMessageEndingWith(
                        "... (expected: at most 4096 bytes in UTF-8, so that Last-Event-ID can carry it)".substring(4));
    }
}
