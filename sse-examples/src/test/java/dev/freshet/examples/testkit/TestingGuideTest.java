package dev.freshet.examples.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The Java on the page on testing stands in this package, which the build runs. */
class TestingGuideTest {
    private static final Path GUIDE = Path.of("..", ".github", "guides", "testing.md");
    private static final Path SOURCES = Path.of("src", "test", "java", "dev", "freshet", "examples", "testkit");
    private static final Pattern CODE = Pattern.compile("(?ms)^```java\\n(.*?)^```$");

    static List<String> code() throws IOException {
        return CODE.matcher(Files.readString(GUIDE))
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    /** The first line of the code names the file: {@code // Name.java}. */
    @ParameterizedTest
    @MethodSource("code")
    void theGuideShowsTheCodeAsItStands(String code) throws IOException {
        String[] parts = code.split("\n", 2);
        assertThat(parts[0]).matches("// \\w+\\.java");
        String source = Files.readString(SOURCES.resolve(parts[0].substring(3)));
        assertThat(source.lines().map(String::strip))
                .containsSequence(parts[1].lines().map(String::strip).toList());
    }
}
