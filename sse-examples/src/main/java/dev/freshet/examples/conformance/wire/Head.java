package dev.freshet.examples.conformance.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The head of a response.
 *
 * @param version such as {@code HTTP/1.1}
 * @param status three digits
 * @param fields its header section, in its order
 * @param length bytes, with the empty line
 */
public record Head(String version, int status, List<Field> fields, int length) {

    private static final Pattern STATUS_LINE = Pattern.compile("(HTTP/\\d\\.\\d) (\\d{3})(?: .*)?");

    /** A field of a header section. */
    public record Field(String name, String value) {}

    /** Reads it, or returns null where its end is not there yet. */
    static @Nullable Head in(byte[] bytes, int from, int to) throws MalformedException {
        String text = new String(bytes, from, to - from, ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            return null;
        }
        String[] lines = text.substring(0, end).split("\r\n", -1);
        Matcher first = STATUS_LINE.matcher(lines[0]);
        if (!first.matches()) {
            throw new MalformedException("the status line '" + lines[0] + "'");
        }
        List<Field> fields = new ArrayList<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon <= 0 || lines[i].charAt(colon - 1) == ' ') {
                throw new MalformedException("the field line '" + lines[i] + "'");
            }
            fields.add(new Field(
                    lines[i].substring(0, colon), lines[i].substring(colon + 1).strip()));
        }
        return new Head(first.group(1), Integer.parseInt(first.group(2)), List.copyOf(fields), end + 4);
    }

    /** Returns the value of a field, the values of several joined by commas; or null. */
    public @Nullable String field(String name) {
        List<String> values = fields.stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .map(Field::value)
                .toList();
        return values.isEmpty() ? null : String.join(", ", values);
    }

    /** Returns the value of a field in lower case, empty where it is not there. */
    public String lower(String name) {
        String value = field(name);
        return value == null ? "" : value.toLowerCase(Locale.ROOT);
    }

    /** Returns whether a field, which is a list, has a member, in any case. */
    public boolean lists(String name, String member) {
        return List.of(lower(name).split("\\s*,\\s*")).contains(member.toLowerCase(Locale.ROOT));
    }

    /** Returns a field as it is quoted in a report. */
    public String told(String name) {
        String value = field(name);
        return value == null ? "no " + name : name + ": " + value;
    }
}
