package dev.freshet.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The pages of the repository, and their links. */
final class Markdown {
    static final Path ROOT = Path.of("..");

    private static final Pattern BLOCK = Pattern.compile("(?ms)^```.*?^```$");
    private static final Pattern CODE = Pattern.compile("`[^`\n]*`");
    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
    private static final Pattern OUTSIDE = Pattern.compile("[a-z]+:.*");

    private Markdown() {}

    /** Returns the README and the pages of {@code .github}. */
    static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md")));
        try (Stream<Path> files = Files.walk(ROOT.resolve(".github"))) {
            files.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
        }
        return pages;
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the links of a page, outside of its code, whose file or heading is not there. */
    static List<String> deadLinks(Path page) {
        List<String> dead = new ArrayList<>();
        // The text of a link may be code, so only what a link leads to is searched for in it.
        String text = BLOCK.matcher(text(page)).replaceAll("");
        text = CODE.matcher(text).replaceAll("code");
        LINK.matcher(text).results().map(link -> link.group(1)).forEach(target -> {
            if (!OUTSIDE.matcher(target).matches() && !leadsSomewhere(page, target)) {
                dead.add(target);
            }
        });
        return dead;
    }

    private static boolean leadsSomewhere(Path page, String target) {
        int hash = target.indexOf('#');
        String path = hash < 0 ? target : target.substring(0, hash);
        Path file = path.isEmpty() ? page : page.resolveSibling(path);
        return Files.exists(file)
                && (hash < 0 || (Files.isRegularFile(file) && anchors(file).contains(target.substring(hash + 1))));
    }

    /** Returns the anchors of the headings, as GitHub makes them. */
    private static List<String> anchors(Path file) {
        Map<String, Integer> times = new HashMap<>();
        return HEADING.matcher(BLOCK.matcher(text(file)).replaceAll(""))
                .results()
                .map(Markdown::anchor)
                .map(anchor -> {
                    int earlier = times.merge(anchor, 1, Integer::sum) - 1;
                    return earlier == 0 ? anchor : anchor + "-" + earlier;
                })
                .toList();
    }

    private static String anchor(MatchResult heading) {
        return heading.group(1)
                .strip()
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}_ -]", "")
                .replace(' ', '-');
    }
}
