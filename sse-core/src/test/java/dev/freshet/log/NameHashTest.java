package dev.freshet.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NameHashTest {
    private static final long PRIME = (1L << 61) - 1;

    /** Returns the hash of a name by the definition of the polynomial, in numbers of any length. */
    private static long expected(long point, String name) {
        BigInteger prime = BigInteger.valueOf(PRIME);
        BigInteger at = BigInteger.valueOf(point);
        BigInteger value = BigInteger.valueOf(name.length());
        for (char c : name.toCharArray()) {
            value = value.multiply(at).add(BigInteger.valueOf(c)).mod(prime);
        }
        return mixed(value.multiply(at).mod(prime)) >>> 1;
    }

    /** The finalizer of MurmurHash3 for 64 bits. */
    private static long mixed(BigInteger value) {
        BigInteger bits = BigInteger.ONE.shiftLeft(64);
        BigInteger x = value.xor(value.shiftRight(33));
        x = x.multiply(new BigInteger("ff51afd7ed558ccd", 16)).mod(bits);
        x = x.xor(x.shiftRight(33)).multiply(new BigInteger("c4ceb9fe1a85ec53", 16));
        x = x.mod(bits);
        return x.xor(x.shiftRight(33)).longValue();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 8, (1L << 32) + 5, 1L << 60, PRIME - 2, PRIME - 1})
    void theHashIsThePolynomialOfTheNameAtThePoint(long point) {
        for (String name : new String[] {"", "a", "prices", "user-88", "\0", "\uffff\ud800", "n".repeat(1000)}) {
            assertThat(new NameHash(point).of(name)).isEqualTo(expected(point, name));
        }
    }

    @Test
    void theHashIsThePolynomialAtPointsDrawnAtRandom() {
        Random random = new Random(7);
        for (int i = 0; i < 1000; i++) {
            long point = 1 + Math.floorMod(random.nextLong(), PRIME - 1);
            String name = "topic " + random.nextInt();

            assertThat(new NameHash(point).of(name)).isEqualTo(expected(point, name));
        }
    }

    @Test
    void aValueOfThePrimeIsZero() {
        assertThat(new NameHash(PRIME - 'a').of("a"))
                .isEqualTo(expected(PRIME - 'a', "a"))
                .isZero();
    }

    @Test
    void noHashIsNegative() {
        for (int i = 0; i < 1000; i++) {
            assertThat(new NameHash().of("topic " + i)).isNotNegative();
        }
    }
}
