package dev.freshet.examples.faults;

import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Faults of whole processes: relays, their clients, their stores. */
@Tag("faults")
@ExtendWith(FaultTable.class)
class ProcessFaultsTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @ParameterizedTest
    @EnumSource
    void everyStreamIsWholeOrToldOfItsLoss(ProcessFault fault) throws Exception {
        Relays relays = new Relays(UnaryOperator.identity(), folder, FaultLengths.PATIENCE);
        FaultRow row = FaultTable.add(fault.run(relays));
        if (!row.isNotRun()) {
            fault.check(row);
        }
    }
}
