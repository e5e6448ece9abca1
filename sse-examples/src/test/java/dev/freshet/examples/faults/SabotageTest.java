package dev.freshet.examples.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.examples.NodeProcess;
import dev.freshet.harness.ChildJvm;
import dev.freshet.harness.SabotagingProxy;
import dev.freshet.harness.SabotagingProxy.Sabotage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a proxy does to the events of a stream shows in a column of the table, for each client, and in no other one. */
@Tag("faults")
@ExtendWith(FaultTable.class)
class SabotageTest {
    private static final int LEAST = 5;

    @ParameterizedTest
    @EnumSource
    void whatAProxySpoilsShowsForEachClient(Sabotage sabotage) throws Exception {
        int every = FaultLengths.SABOTAGE_EVERY;
        FaultSetting setting = new FaultSetting("a proxy: " + sabotage + " every " + every + "th event")
                .events(Math.max(FaultLengths.EVENTS, LEAST * every + every / 2));
        try (NodeProcess node = NodeProcess.start(ChildJvm.SHORT_LIVED, "relay");
                SabotagingProxy proxy = new SabotagingProxy(node.port(), sabotage, every);
                FaultRun run = new FaultRun(setting, node::port, proxy::port)) {
            run.await("the events", () -> !run.goesOn(0));
            FaultRow end = run.end();
            FaultRow row = FaultTable.addSabotage(end.times(proxy.sabotaged()));
            assertThat(row.results()).hasSize(FaultLengths.CLIENTS).allSatisfy(result -> {
                assertColumn("lost", result.lost(), sabotage == Sabotage.DROP);
                assertColumn("doubled", result.doubled(), sabotage == Sabotage.DOUBLE);
                assertColumn("out of order", result.disordered(), sabotage == Sabotage.SWAP);
                assertThat(result.altered()).as("altered").isZero();
                assertThat(result.resets()).as("told reset").isZero();
                assertThat(result.atEnd()).as("at end").isTrue();
            });
        }
    }

    private static void assertColumn(String column, int count, boolean isSpoiled) {
        if (isSpoiled) {
            assertThat(count).as(column).isGreaterThanOrEqualTo(LEAST);
        } else {
            assertThat(count).as(column).isZero();
        }
    }
}
