package dev.freshet.examples.faults;

import dev.freshet.examples.NodeProcess;
import dev.freshet.fixtures.CuttingProxy;
import dev.freshet.fixtures.CuttingProxy.Cut;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections that are cut at random bytes. */
@Tag("faults")
@ExtendWith(FaultTable.class)
class CutTest {
    private static final int HEAD_BYTES = 300;
    private static final int MOST_BYTES = 16 * 1024;

    @ParameterizedTest
    @EnumSource
    void aStreamThatIsCutAtAnyByteGoesOnWhole(Cut how) throws Exception {
        Random random = new Random(FaultLengths.SEED);
        try (NodeProcess node = NodeProcess.start("relay");
                CuttingProxy proxy = CuttingProxy.before(node.port())) {
            proxy.cutEachAfter(() -> 1 + random.nextInt(random.nextInt(4) == 0 ? HEAD_BYTES : MOST_BYTES), how);
            try (FaultRun run = new FaultRun(new FaultSetting("cut by " + how), node::port, proxy::port)) {
                run.await("cuts", () -> {
                    run.cutAfter(proxy.takeCutStreams());
                    return !run.goesOn(FaultLengths.CUTS) && run.hasHits();
                });
                proxy.cutNever();
                FaultRow row = FaultTable.add(run.end());
                row.assertWhole();
                row.assertHits();
            }
        }
    }
}
