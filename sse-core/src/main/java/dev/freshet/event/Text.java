package dev.freshet.event;

/** The quotation of a client's text in messages: on one line, and cut if it is long. Stateless. */
final class Text {

    private static final int LONGEST = 128;

    private Text() {}

    static String quote(String text) {
        StringBuilder quoted = new StringBuilder(Math.min(text.length(), LONGEST) + 8).append('"');
        for (int i = 0; i < Math.min(text.length(), LONGEST); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                case '\0' -> quoted.append("\\0");
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                default -> {
                    if (Character.isISOControl(c)) {
                        quoted.append(String.format("\\u%04x", (int) c));
                    } else {
                        quoted.append(c);
                    }
                }
            }
        }
        if (text.length() > LONGEST) {
            quoted.append("...");
        }
        return quoted.append('"').toString();
    }
}
