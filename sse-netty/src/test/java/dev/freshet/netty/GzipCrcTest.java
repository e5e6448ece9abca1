package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GzipCrcTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 7, 255, 4_096, 100_003})
    void theSumOfTwoPartsIsThatOfTheWhole(int second) {
        byte[] whole = new byte[300 + second];
        new Random(second).nextBytes(whole);
        ByteBuffer head = ByteBuffer.wrap(whole, 0, 300).slice();
        ByteBuffer tail = ByteBuffer.wrap(whole, 300, second).slice();
        int joined = GzipCrc.joined(GzipCrc.of(head), GzipCrc.of(tail), GzipCrc.shift(second));
        assertThat(joined).isEqualTo(GzipCrc.of(ByteBuffer.wrap(whole)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 300})
    void theSumOfNothingAndAPartIsThatOfThePart(int bytes) {
        ByteBuffer part = ByteBuffer.allocate(bytes);
        assertThat(GzipCrc.joined(0, GzipCrc.of(part), GzipCrc.shift(bytes))).isEqualTo(GzipCrc.of(part));
    }
}
