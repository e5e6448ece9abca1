package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tests that SECURITY.md names. */
class SecurityPromisesTest {
    private static final Pattern TESTS = Pattern.compile("`(\\w+Test)`: ((?:`\\w+`(?:, )?)+)");
    private static final Pattern METHOD = Pattern.compile("\\w+");
    private static final int FEWEST = 100;

    private static Path root() {
        Path here = Path.of("").toAbsolutePath();
        return Files.exists(here.resolve(".github")) ? here : here.resolve("..");
    }

    /** Returns the test classes of the repository and their sources. */
    private static Map<String, String> sources() throws IOException {
        try (Stream<Path> files = Files.walk(root())) {
            return files.filter(file -> file.toString().contains("/src/test/java/")
                            && file.toString().endsWith("Test.java"))
                    .collect(Collectors.toMap(
                            file -> file.getFileName().toString().replace(".java", ""),
                            SecurityPromisesTest::text,
                            String::concat));
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void eachTestThatIsNamedExists() throws IOException {
        Map<String, String> sources = sources();
        List<String> named = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        Matcher tests = TESTS.matcher(text(root().resolve(".github").resolve("SECURITY.md")));
        while (tests.find()) {
            String source = sources.getOrDefault(tests.group(1), "");
            METHOD.matcher(tests.group(2)).results().forEach(method -> {
                named.add(method.group());
                if (!source.contains("void " + method.group() + "(")) {
                    missing.add(tests.group(1) + "." + method.group());
                }
            });
        }
        assertThat(missing).isEmpty();
        assertThat(named).hasSizeGreaterThan(FEWEST);
    }
}
