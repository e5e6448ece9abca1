package dev.freshet.netty;

import dev.freshet.harness.FuzzSeeds;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The kept inputs of the fuzz targets; {@code .ci/fuzz} looks for more. */
@Tag("netty-4.2") // the seeds are files, not in a jar
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
