package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The Java code of the README and of the guides, which is that of sources that the build compiles. */
class GuideSnippetsTest {
    private static final int FEWEST = 20;
    private static final int MOST_LINES = 200;
    private static final Path SNIPPETS = Path.of("src/test/java/dev/freshet/examples/snippets");

    private static final Pattern BLOCK = Pattern.compile("(?ms)^```java\\n(.*?)^```$");
    /** Pages with blocks that begin with the name of a file; other tests compare these to the file. */
    private static final Set<String> ELSEWHERE = Set.of(
            "limits-of-sse.md", "migrating.md", "stacks.md", "testing.md", "trace-context.md", "writing-a-store.md");

    private static final Pattern NAME_OF_FILE = Pattern.compile("// \\w+\\.java\\n");

    /** Code that a page shows. */
    record Shown(Path page, String code) {
        boolean isComparedElsewhere() {
            return ELSEWHERE.contains(page.getFileName().toString())
                    && NAME_OF_FILE.matcher(code).lookingAt();
        }

        @Override
        public String toString() {
            return page.getFileName() + ": " + code.lines().findFirst().orElse("");
        }
    }

    static List<Shown> shown() throws IOException {
        return Markdown.pages().stream()
                .flatMap(page ->
                        BLOCK.matcher(Markdown.text(page)).results().map(block -> new Shown(page, block.group(1))))
                .filter(shown -> !shown.isComparedElsewhere())
                .toList();
    }

    /** Returns the sources, each with its lines as {@link #unindented}. */
    private static List<String> sources() throws IOException {
        List<String> sources = new ArrayList<>();
        try (Stream<Path> files = Files.list(SNIPPETS)) {
            files.forEach(file -> sources.add("\n" + unindented(Markdown.text(file))));
        }
        return sources;
    }

    private static String unindented(String code) {
        return code.lines().map(line -> line.strip() + "\n").collect(Collectors.joining());
    }

    @ParameterizedTest
    @MethodSource("shown")
    void whatAPageShowsStandsInASourceThatIsCompiled(Shown shown) throws IOException {
        String code = "\n" + unindented(shown.code());
        assertThat(sources()).anySatisfy(source -> assertThat(source).contains(code));
    }

    @Test
    void theCodeOfThePagesIsFound() throws IOException {
        assertThat(shown()).hasSizeGreaterThan(FEWEST);
    }

    @Test
    void theReadmeIsShort() throws IOException {
        assertThat(Files.readAllLines(Markdown.ROOT.resolve("README.md"))).hasSizeLessThanOrEqualTo(MOST_LINES);
    }
}
