package dev.freshet.examples.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.fixtures.ChildJvm;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Servers with one line broken, which the rows of the suite see. */
@Tag("faults")
@ExtendWith(FaultTable.class)
class BrokenLineTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @ParameterizedTest
    @FieldSource("dev.freshet.examples.faults.BrokenLines#ALL")
    void aServerWithABrokenLineIsSeen(BrokenLine broken) throws Exception {
        Path classes = folder.resolve("classes");
        broken.writeTo(classes);

        Relays relays = new Relays(relay -> ChildJvm.with(classes, relay), folder, PATIENCE);
        FaultRow row = broken.seenBy().run(relays);
        FaultTable.addSabotage(row.named(broken.what() + " (" + row.fault() + ")"));

        assertThat(row.times()).isPositive();
        assertThat(row.events()).isPositive();
        assertThatThrownBy(() -> broken.seenBy().check(row)).isInstanceOf(AssertionError.class);
    }

    @Test
    void aLineThatIsNotInTheSourceIsNamed() {
        String file = "sse-core/src/main/java/dev/freshet/log/TopicCursor.java";
        BrokenLine gone = new BrokenLine("it", file, "no such line", "", ProcessFault.CUTS);

        assertThatThrownBy(() -> gone.writeTo(folder))
                .hasMessage("broken line \"it\": \"no such line\" is 0 times in " + file + " (expected: once)");
    }
}
