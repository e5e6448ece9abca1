package dev.freshet.examples.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.harness.ChildJvm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Servers with one line broken, which the rows of the suite see. */
@Tag("faults")
@ExtendWith(FaultTable.class)
class BrokenLineTest {
    /** Enough for whole servers, and less than streams that hang need to be taken for dead. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    /** One line for each row that a broken line is seen by. */
    static Collection<BrokenLine> controls() {
        Map<ProcessFault, BrokenLine> controls = new EnumMap<>(ProcessFault.class);
        BrokenLines.ALL.forEach(line -> controls.putIfAbsent(line.seenBy(), line.control()));
        return controls.values();
    }

    @ParameterizedTest
    @FieldSource("dev.freshet.examples.faults.BrokenLines#ALL")
    void aServerWithABrokenLineIsSeen(BrokenLine broken) throws Exception {
        FaultRow row = FaultTable.addSabotage(run(broken));

        assertThat(row.times()).isPositive();
        assertThat(row.events()).isPositive();
        assertThat(broken.column().shows(row))
                .as("%s: shown by %s", row.fault(), broken.column())
                .isTrue();
        assertThatThrownBy(() -> broken.seenBy().check(row)).isInstanceOf(AssertionError.class);
    }

    @ParameterizedTest
    @MethodSource("controls")
    void aServerWithALineThatIsReplacedByItselfIsWhole(BrokenLine control) throws Exception {
        control.seenBy().check(FaultTable.add(run(control)));
    }

    private FaultRow run(BrokenLine line) throws Exception {
        Path classes = folder.resolve("classes");
        line.writeTo(classes);
        Relays relays = new Relays(relay -> ChildJvm.with(classes, relay), folder, PATIENCE);
        FaultRow row = line.seenBy().run(relays);
        return row.named(line.what() + " (" + row.fault() + ")");
    }

    @Test
    void aLineThatIsNotInTheSourceIsNamed() {
        String file = "sse-core/src/main/java/dev/freshet/log/TopicCursor.java";
        BrokenLine gone = new BrokenLine("it", file, "no such line", "", ProcessFault.CUTS, BrokenColumn.LOST);

        assertThatThrownBy(() -> gone.writeTo(folder))
                .hasMessage("broken line \"it\": \"no such line\" is 0 times in " + file + " (expected: once)");
    }
}
