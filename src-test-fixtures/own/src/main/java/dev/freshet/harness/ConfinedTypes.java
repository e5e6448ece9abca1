package dev.freshet.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The types whose comment states that they are confined, to a thread, an event loop or a lock. */
public final class ConfinedTypes {
    /** A comment, and the head of the type that follows it. */
    private static final Pattern COMMENTED_TYPE =
            Pattern.compile("(?ms)^( *)/\\*\\*((?:(?!\\*/).)*)\\*/\\s+(?:@[^\n]+\\s+)*"
                    + "(?:(?:public|protected|private|static|final|abstract|sealed|non-sealed) )*"
                    + "(?:class|record|enum|interface) (\\w+)");

    private static final Pattern CLAIM = Pattern.compile("(?i)\\bconfined\\b");
    private static final Pattern ASSERTION =
            Pattern.compile("\\bassert [^;]*(?:inEventLoop|holdsLock|currentThread|isLocked|isConfined|isCurrent)\\(");

    private ConfinedTypes() {}

    /** Returns the names of the confined types in a folder of sources. */
    public static Set<String> all(Path sources) {
        return find(sources, false);
    }

    /** Returns the names of those that never assert it. */
    public static Set<String> unasserted(Path sources) {
        return find(sources, true);
    }

    private static Set<String> find(Path sources, boolean unassertedOnly) {
        Set<String> found = new TreeSet<>();
        for (Path file : files(sources)) {
            String text = read(file);
            Matcher types = COMMENTED_TYPE.matcher(text);
            while (types.find()) {
                boolean isAsserted = ASSERTION
                        .matcher(body(text, types.end(), types.group(1)))
                        .find();
                if (CLAIM.matcher(types.group(2)).find() && !(unassertedOnly && isAsserted)) {
                    found.add(types.group(3));
                }
            }
        }
        return found;
    }

    /** Returns the text up to the brace that ends the type: the first one at its indentation. */
    private static String body(String text, int from, String indentation) {
        int end = text.indexOf("\n" + indentation + "}", from);
        return text.substring(from, end < 0 ? text.length() : end);
    }

    private static List<Path> files(Path sources) {
        try (Stream<Path> all = Files.walk(sources)) {
            return all.filter(path -> path.toString().endsWith(".java")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
