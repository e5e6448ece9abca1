package dev.freshet.log;

import org.jspecify.annotations.Nullable;

/** Texts as JSON strings, for the JSON that the library itself writes without a mapper. Stateless. */
final class JsonText {
    private JsonText() {}

    /** Returns a text in quotes, escaped as RFC 8259, section 7, defines it; {@code null} for null. */
    static String of(@Nullable String text) {
        if (text == null) {
            return "null";
        }
        StringBuilder json = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }
}
