package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A file that a page of the guides shows, so that what is tested is what stands there. Immutable. */
record Guide(String text) {
    private static final Path GUIDES = Path.of("..", ".github", "guides");

    /** The block of a page whose first line is a comment that names the file. */
    static Guide file(String page, String name) throws IOException {
        Matcher block = Pattern.compile("(?ms)^```[a-z]+\\n((?:<!doctype html>\\n<!--|#|//) " + Pattern.quote(name)
                        + "(?: -->)?\\n.*?)^```$")
                .matcher(Files.readString(GUIDES.resolve(page)));
        assertThat(block.find()).as("%s in %s", name, page).isTrue();
        return new Guide(block.group(1));
    }

    /** Fails unless a class of the tests has these lines, whatever their indentation, behind the comment. */
    void assertIsPartOf(Class<?> test) throws IOException {
        Path source = Path.of("src", "test", "java", test.getName().replace('.', '/') + ".java");
        assertThat(unindented(Files.readString(source))).contains(unindented(text.substring(text.indexOf('\n'))));
    }

    private static String unindented(String lines) {
        return lines.replaceAll("\\s+", "");
    }

    /** With another value wherever the page has an example of one. */
    Guide with(String example, Object value) {
        assertThat(text).contains(example);
        return new Guide(text.replace(example, value.toString()));
    }

    /** Without a line. */
    Guide without(String line) {
        return with(line + "\n", "\n");
    }
}
