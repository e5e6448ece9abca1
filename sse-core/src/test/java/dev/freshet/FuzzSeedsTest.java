package dev.freshet;

import dev.freshet.harness.FuzzSeeds;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The kept inputs of the fuzz targets; {@code .ci/fuzz} looks for more. */
class FuzzSeedsTest {
    static List<FuzzSeeds.Seed> seeds() {
        return FuzzSeeds.of(FuzzSeedsTest.class);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void eachIsProcessedAsItsTargetSays(FuzzSeeds.Seed seed) throws Exception {
        seed.run();
    }
}
