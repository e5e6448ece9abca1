package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.examples.conformance.Fault;
import dev.freshet.examples.conformance.check.Check;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Model.OptionSpec;

/** The guide to the conformance kit says what the kit does. */
class ConformanceGuideTest {

    private static final Path GUIDE = Path.of("..", ".github", "guides", "conformance.md");

    @Test
    void theTableOfTheGuideHasEachCheckAsItIs() throws Exception {
        List<String> rows = Stream.of(Check.values())
                .map(check -> String.format(
                        "| `%s` | %s | %s | %s |", check.title(), check.level(), check.paragraph(), check.asks()))
                .toList();
        assertThat(Files.readAllLines(GUIDE).stream()
                        .filter(line -> line.matches("\\| `[a-z0-9-]+` \\| (MUST|SHOULD) \\|.*")))
                .containsExactlyElementsOf(rows);
    }

    /** STATUS: a test of the command; STREAMS and PIPELINING: a plain server has no such fault. */
    @Test
    void eachCheckFindsAFaultOfThePlainServerButForThree() {
        Set<String> unfound =
                Stream.of(Check.values()).map(Check::title).collect(Collectors.toCollection(TreeSet::new));
        Stream.of(Fault.values()).map(Fault::checks).forEach(unfound::removeAll);

        assertThat(unfound).containsExactly("pipelining", "status", "streams");
    }

    @Test
    void eachOptionStandsInTheGuide() throws Exception {
        String guide = Files.readString(GUIDE);
        for (OptionSpec option : Main.commandLine()
                .getSubcommands()
                .get("conformance")
                .getCommandSpec()
                .options()) {
            if (!option.usageHelp() && !option.versionHelp()) {
                assertThat(guide).contains("`" + option.longestName());
            }
        }
    }
}
