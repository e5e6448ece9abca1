package dev.freshet.harness;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FuzzInputTest {
    @Test
    void cutsAreSpreadOverTheWholeLength() {
        byte[] input = {3, (byte) 0xff, (byte) 0xff, 0, 0, 0x7f, (byte) 0xff};

        assertThat(FuzzInput.within(10, new FuzzInput(input).cuts())).containsExactly(0, 4, 10);
    }
}
