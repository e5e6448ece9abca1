package dev.freshet.event;

import dev.freshet.harness.FuzzInput;

/** A fuzz target: a text is an event id if, and only if, it is what that id's {@code toString} returns. */
public final class EventIdFuzz {
    private EventIdFuzz() {}

    /** Runs one input. */
    public static void fuzzerTestOneInput(byte[] input) {
        String text = new FuzzInput(input).utf16(64);
        EventId id = EventId.tryParse(text);
        boolean isCanonical = text.matches("(0|[1-9][0-9]{0,18})-(0|[1-9][0-9]{0,18})") && isLong(text);
        if (id == null ? isCanonical : !isCanonical || !id.toString().equals(text)) {
            throw new AssertionError(text + ": " + id);
        }
    }

    private static boolean isLong(String text) {
        try {
            for (String number : text.split("-", -1)) {
                Long.parseLong(number);
            }
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
