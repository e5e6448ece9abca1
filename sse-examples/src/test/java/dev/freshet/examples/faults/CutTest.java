package dev.freshet.examples.faults;

import dev.freshet.examples.NodeProcess;
import dev.freshet.fixtures.CuttingProxy;
import dev.freshet.fixtures.CuttingProxy.Cut;
import dev.freshet.harness.ChildJvm;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Connections that are cut, at random bytes or all at once. */
@Tag("faults")
@ExtendWith(FaultTable.class)
class CutTest {
    /** About the bytes of a head, and of a handshake with a head. */
    private static final int HEAD = 300;

    private static final int SECURED_HEAD = 3_000;
    private static final int MOST = 16 * 1024;

    /** Far above the 16 KiB of a record, of which a client receives nothing where it is cut. */
    private static final int SECURED_MOST = 48 * 1024;

    static Stream<Arguments> wiresAndCuts() {
        return Arrays.stream(Wire.values())
                .flatMap(wire -> Arrays.stream(Cut.values()).map(how -> Arguments.of(wire, how)));
    }

    /** Where a cut was is known without TLS only. */
    @ParameterizedTest
    @MethodSource("wiresAndCuts")
    void aStreamThatIsCutAtAnyByteGoesOnWhole(Wire wire, Cut how) throws Exception {
        boolean clear = wire == Wire.HTTP_1_1;
        int head = clear ? HEAD : SECURED_HEAD;
        int most = clear ? MOST : SECURED_MOST;
        Random random = new Random(FaultLengths.SEED);
        try (NodeProcess node = NodeProcess.start(ChildJvm.SHORT_LIVED, "relay", wire.options());
                CuttingProxy proxy = CuttingProxy.before(node.port())) {
            proxy.cutEachAfter(() -> 1 + random.nextInt(random.nextInt(4) == 0 ? head : most), how);
            FaultSetting setting = new FaultSetting(wire + " cut by " + how).wire(wire);
            int least = FaultLengths.CUTS;
            if (!clear) { // each connection costs a handshake
                setting = setting.clients(FaultLengths.CLIENTS / 2).events(FaultLengths.EVENTS / 4);
                least /= 5;
            }
            try (FaultRun run = new FaultRun(setting, node::port, proxy::port)) {
                run.awaitTimes(least, () -> {
                    if (clear) {
                        run.cutAfter(proxy.takeCutStreams());
                    } else {
                        run.happened(proxy.takeCutStreams().size());
                    }
                    return run.haveAllRecovered(1) && (!clear || run.hasHits());
                });
                proxy.cutNever();
                FaultRow row = FaultTable.add(run.end());
                row.assertWhole(Resets.NONE);
                if (clear) {
                    row.assertHits();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void clientsThatAreAllCutAtOnceComeBackAndGoOnWhole(Wire wire) throws Exception {
        try (NodeProcess node = NodeProcess.start(ChildJvm.SHORT_LIVED, "relay", wire.options());
                CuttingProxy proxy = CuttingProxy.before(node.port())) {
            int clients = wire == Wire.HTTP_1_1 ? FaultLengths.STORM_CLIENTS : FaultLengths.STORM_CLIENTS / 4;
            FaultSetting setting = new FaultSetting(wire + " reconnect storm")
                    .wire(wire)
                    .clients(clients)
                    .events(FaultLengths.EVENTS / 4);
            try (FaultRun run = new FaultRun(setting, node::port, proxy::port)) {
                run.awaitProgress(1);
                for (int i = 1; i <= FaultLengths.STORMS; i++) {
                    int cuts = i;
                    proxy.cutNow(i % 2 == 0 ? Cut.FIN : Cut.RST);
                    run.await("each client is back from cut " + i, () -> run.haveAllRecovered(cuts));
                    run.happened();
                }
                FaultTable.add(run.end()).assertWhole(Resets.NONE);
            }
        }
    }
}
