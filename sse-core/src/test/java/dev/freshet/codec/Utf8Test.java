package dev.freshet.codec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Malformed UTF-8, against the decoder of the JDK, which differs only in encoded surrogates. */
class Utf8Test {
    /** No byte, and each byte at which what may follow another changes. */
    private static final int[] NEXT = {-1, 'a', 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF};

    private static final Pattern SURROGATE = Pattern.compile("\u00ED[\u00A0-\u00BF]");

    /** Decodes bytes within others, which could continue them. */
    private static String decode(String bytes) {
        byte[] array = ("\u00C3" + bytes + "\u0080\u0080").getBytes(ISO_8859_1);
        return Utf8.decode(array, 1, array.length - 2);
    }

    @Test
    void everySequenceBehindAMalformedByteIsReadAsTheJdkReadsItButForSurrogates() {
        for (int lead = 0; lead < 0x100; lead++) {
            for (int second : NEXT) {
                for (int third : NEXT) {
                    for (int fourth : NEXT) {
                        check(lead, second, third, fourth);
                    }
                }
            }
        }
    }

    private static void check(int... sequence) {
        StringBuilder bytes = new StringBuilder("\u00FF");
        for (int each : sequence) {
            if (each >= 0) {
                bytes.append((char) each);
            }
        }
        String text = bytes.toString();
        String expected = new String(text.getBytes(ISO_8859_1), UTF_8);
        if (!SURROGATE.matcher(text).find() && !decode(text).equals(expected)) {
            assertThat(decode(text)).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u00ED\u00A0\u0080", "\u00ED\u00BF\u00BF"})
    void eachByteOfAnEncodedSurrogateIsReplaced(String bytes) {
        assertThat(decode(bytes)).isEqualTo("\uFFFD\uFFFD\uFFFD");
    }
}
