package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VitalsTest {

    @ParameterizedTest
    @CsvSource({
        "0.5, 0.5, 0.5", // alone
        "0.5, 0.52, 0.51",
        "0.3, 1.0, 1.0", // all that others leave
        "0.15, 1.0, 0.6",
        "0.02, 1.0, 0.08", // others have nearly everything, and it wants no more
        "0.01, 0.5, 0.0196",
        "1.0, 0.9, 1.0", // measured one after the other
        "-1.0, 0.5, 0.0",
        "NaN, NaN, 0.0",
        "0.3, NaN, 0.3",
        "0.3, -1.0, 0.3"
    })
    void theLoadIsOfWhatOthersLeave(double own, double all, double load) {
        assertThat(Vitals.loadOfWhatIsLeft(own, all)).isCloseTo(load, within(0.001));
    }
}
