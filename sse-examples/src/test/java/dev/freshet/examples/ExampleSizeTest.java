package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples that the guides name by their size are as small as they say. */
class ExampleSizeTest {

    @ParameterizedTest
    @CsvSource({
        "Clock, 45, examples.md",
        "Embed, 100, examples.md",
        "PriceTable, 90, examples.md",
        "Rooms, 95, examples.md",
        "Presence, 60, examples.md",
        "ChatCompletions, 120, examples.md",
        "Mcp, 200, mcp.md",
        "GrowingFile, 100, examples.md",
        "LogSubscription, 100, examples.md",
        "Orders, 100, examples.md",
        "Outbox, 100, examples.md"
    })
    void anExampleHasNoMoreLinesThanItsGuideSays(String example, int most, String guide) throws Exception {
        Path source = Path.of("src/main/java/dev/freshet/examples", example + ".java");
        assertThat(Files.readAllLines(source)).hasSizeLessThanOrEqualTo(most);
        assertThat(Files.readString(Path.of("../.github/guides", guide)))
                .contains("(`" + example + "`, " + most + " lines)");
    }
}
