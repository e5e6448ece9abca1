package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples that the README names by their size are as small as it says. */
class ExampleSizeTest {

    @ParameterizedTest
    @CsvSource({"ChatCompletions, 120", "Mcp, 200"})
    void anExampleHasNoMoreLinesThanTheReadmeSays(String example, int most) throws Exception {
        Path source = Path.of("src/main/java/dev/freshet/examples", example + ".java");
        assertThat(Files.readAllLines(source)).hasSizeLessThanOrEqualTo(most);
        assertThat(Files.readString(Path.of("../README.md"))).contains("(`" + example + "`, " + most + " lines)");
    }
}
