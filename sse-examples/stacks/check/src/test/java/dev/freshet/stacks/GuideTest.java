package dev.freshet.stacks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the README and the guides say of the services, and of what was before them, stands in their files. */
class GuideTest {
    private static final Path ROOT = Path.of("..", "..", "..");
    private static final Path README = ROOT.resolve("README.md");
    static final Path GUIDE = ROOT.resolve(".github/guides/stacks.md");
    private static final Path MIGRATING = ROOT.resolve(".github/guides/migrating.md");
    private static final int MOST_LINES = 60;

    /** Code that a guide shows, of a file that its first line names. */
    record Shown(String file, String code) {
        @Override
        public String toString() {
            return file;
        }
    }

    static List<Shown> shown() throws IOException {
        return Pattern.compile("(?ms)^```java\\n// (\\w+\\.java)\\n(.*?)^```$")
                .matcher(Files.readString(GUIDE) + Files.readString(MIGRATING))
                .results()
                .map(block -> new Shown(block.group(1), block.group(2)))
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void theReadmesDependencyIsPastedAndThereIsNoLineForNettyOrJackson(Stack stack) throws IOException {
        Matcher dependency = Pattern.compile("(?s)<dependency>.*?</dependency>").matcher(Files.readString(README));
        assertThat(dependency.find()).isTrue();
        String pom = Files.readString(stack.folder.resolve("pom.xml"));
        assertThat(pom.substring(pom.lastIndexOf("<dependencies>")))
                .containsIgnoringWhitespaces(dependency.group())
                .doesNotContain("<groupId>io.netty", "<groupId>com.fasterxml", "<groupId>tools.jackson");
    }

    @ParameterizedTest
    @MethodSource("shown")
    void whatAGuideShowsStandsInAFile(Shown shown) throws IOException {
        assertThat(sources(shown.file()))
                .anySatisfy(source -> assertThat(source).content().contains(shown.code()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"SseServlet", "WaitingRequest", "ServletStream", "StreamLoop"})
    void theServletToCopyNeedsTheCoreAlone(String name) throws IOException {
        assertThat(sources(name + ".java"))
                .isNotEmpty()
                .allSatisfy(source -> assertThat(source).content().doesNotContain("netty"));
    }

    @Test
    void everyServiceIsShort() throws IOException {
        assertThat(sources("*Service.java"))
                .hasSizeGreaterThan(1)
                .allSatisfy(source -> assertThat(Files.readAllLines(source)).hasSizeLessThanOrEqualTo(MOST_LINES));
    }

    @Test
    void theNotificationsAreAsShortAsTheGuideSays() throws IOException {
        assertThat(sources("Notifications.java"))
                .singleElement()
                .satisfies(source -> assertThat(Files.readAllLines(source)).hasSizeLessThanOrEqualTo(100));
        assertThat(GUIDE).content().contains("[is 100 lines beside the adapter]");
    }

    private static List<Path> sources(String name) throws IOException {
        PathMatcher matcher = Path.of("").getFileSystem().getPathMatcher("glob:" + name);
        try (Stream<Path> files = Files.walk(Path.of(".."))) {
            return files.filter(path -> matcher.matches(path.getFileName())).toList();
        }
    }
}
