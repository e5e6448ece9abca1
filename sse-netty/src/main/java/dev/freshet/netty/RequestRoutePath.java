package dev.freshet.netty;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The path that an endpoint is registered at. The syntax of other routers for parameters and patterns is rejected,
 * because it would be a literal that matches no request. Immutable and thread-safe.
 *
 * @param text the path as registered
 * @param segments the segments: each a literal, {@link #PARAMETER} or, the last only, {@link #REST}
 * @param names the names of the parameters, in their order; that of the rest is {@link #REST}
 */
record RequestRoutePath(String text, List<String> segments, List<String> names) {
    static final String PARAMETER = "{}";
    static final String REST = "*";

    private static final String NAME = "[A-Za-z_][A-Za-z0-9_-]*";
    private static final Pattern PARAMETER_FORM = Pattern.compile("\\{(" + NAME + ")}");
    private static final Pattern FIRST_NAME = Pattern.compile(NAME);

    /**
     * The parameters of other routers: {@code :name}, {@code <name>}, {@code [name]}, and braces and stars in other
     * places.
     */
    private static final Pattern FOREIGN = Pattern.compile(":.*|.*[{}<>\\[\\]*\\\\].*");

    private static final Pattern FOREIGN_REST =
            Pattern.compile("\\*.*|\\{\\*.*|.*(\\.\\*|\\.\\+|\\.\\.\\.|\\*)[}>\\])]+|<path:.*");
    private static final Pattern ENCODED = Pattern.compile(".*%[0-9A-Fa-f]{2}.*");

    /**
     * Parses a path.
     *
     * @throws IllegalArgumentException if the path is invalid; the message names the expected form
     */
    static RequestRoutePath parse(String path) {
        if (!path.startsWith("/")) {
            throw refused(path, "begins with '/'");
        }
        List<String> segments = new ArrayList<>();
        List<String> names = new ArrayList<>();
        List<String> parts = split(path);
        for (int i = 0; i < parts.size(); i++) {
            String part = parts.get(i);
            Matcher parameter = PARAMETER_FORM.matcher(part);
            boolean last = i == parts.size() - 1;
            if (part.equals(REST)) {
                if (!last) {
                    throw refused(path, "'*' as the last segment only");
                }
                segments.add(REST);
                names.add(REST);
            } else if (parameter.matches()) {
                segments.add(PARAMETER);
                if (names.contains(parameter.group(1))) {
                    throw refused(path, "parameters as {name}, each name once");
                }
                names.add(parameter.group(1));
            } else {
                checkLiteral(path, part, last);
                segments.add(part);
            }
        }
        return new RequestRoutePath(path, List.copyOf(segments), List.copyOf(names));
    }

    /** Returns the values of the parameters by name, in their order, or null if the path does not match the target. */
    @Nullable
    Map<String, String> match(RequestTarget target) {
        List<String> values = target.segments();
        Map<String, String> parameters = new LinkedHashMap<>();
        for (int i = 0; i < segments.size(); i++) {
            String segment = segments.get(i);
            boolean isRest = segment.equals(REST);
            if (i >= values.size() || isRest && !isRest(values, i)) {
                return null;
            }
            String value = isRest ? String.join("/", values.subList(i, values.size())) : values.get(i);
            if (isRest || segment.equals(PARAMETER) && isValue(value)) {
                parameters.put(names.get(parameters.size()), value);
            } else if (!segment.equals(value)) {
                return null;
            }
        }
        boolean hasRest = names.contains(REST);
        return hasRest || values.size() == segments.size() ? parameters : null;
    }

    /** Returns whether a parameter may have the name; that of the rest is {@link #REST}. */
    static boolean isName(String name) {
        return name.equals(REST) || FIRST_NAME.matcher(name).matches();
    }

    /** Returns whether a segment may be the value of a parameter: a file system would take dots for a directory. */
    static boolean isValue(String segment) {
        return !segment.isEmpty() && !isDots(segment);
    }

    /** Returns whether the segments from an index on may be the rest of a path. */
    static boolean isRest(List<String> path, int from) {
        return path.stream().skip(from).allMatch(RequestRoutePath::isWhole);
    }

    private static boolean isDots(String segment) {
        return segment.equals(".") || segment.equals("..");
    }

    /** Returns whether the segment has no slash; in the rest an encoded one would be ambiguous with a separator. */
    private static boolean isWhole(String segment) {
        return !isDots(segment) && segment.indexOf('/') < 0;
    }

    /** Splits at the slashes outside of braces, so that a pattern is rejected as one segment. */
    private static List<String> split(String path) {
        List<String> parts = new ArrayList<>();
        int begin = 1;
        int depth = 0;
        for (int i = 1; i < path.length(); i++) {
            char c = path.charAt(i);
            depth = Math.max(0, depth + (c == '{' ? 1 : c == '}' ? -1 : 0));
            if (c == '/' && depth == 0) {
                parts.add(path.substring(begin, i));
                begin = i + 1;
            }
        }
        parts.add(path.substring(begin));
        return parts;
    }

    private static void checkLiteral(String path, String part, boolean last) {
        if (FOREIGN_REST.matcher(part).matches()) {
            throw refused(path, "the rest of the path as *, the last segment");
        }
        if (FOREIGN.matcher(part).matches()) {
            throw refused(path, "a parameter as {" + nameIn(part) + "}, a whole segment without a pattern");
        }
        if (part.indexOf('?') >= 0 || part.indexOf('#') >= 0) {
            throw refused(path, "no query or fragment");
        }
        if (ENCODED.matcher(part).matches()) {
            throw refused(path, "percent-decoded");
        }
        if (part.isEmpty() && !last || part.equals(".") || part.equals("..")) {
            throw refused(path, "no segment that is empty but the last, '.' or '..'");
        }
        if (part.chars().anyMatch(Character::isISOControl)) {
            throw refused(path, "no control characters");
        }
    }

    /**
     * Returns the parameter's name in a segment of another notation: in {@code <int:id>} the name behind the colon,
     * else the first name.
     */
    private static String nameIn(String part) {
        int notation = IntStream.range(0, part.length())
                .filter(i -> ":{<[".indexOf(part.charAt(i)) >= 0)
                .findFirst()
                .orElse(0);
        int from = part.charAt(notation) == '<' ? part.indexOf(':') + 1 : notation;
        Matcher name = FIRST_NAME.matcher(part.substring(from));
        return name.find() ? name.group() : "name";
    }

    static IllegalArgumentException refused(String path, String expected) {
        return new IllegalArgumentException("endpoint.path: \"" + path + "\" (expected: " + expected + ")");
    }
}
