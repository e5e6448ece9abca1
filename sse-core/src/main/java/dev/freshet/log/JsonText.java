package dev.freshet.log;

import org.jspecify.annotations.Nullable;

/** A text as JSON, in what the library itself writes: that needs no mapper. */
final class JsonText {
    private JsonText() {}

    /** In quotes, escaped as RFC 8259 7 has it; null is {@code null}. */
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
