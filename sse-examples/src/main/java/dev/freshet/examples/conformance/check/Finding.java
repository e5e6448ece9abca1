package dev.freshet.examples.conformance.check;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a check has found.
 *
 * @param seen what was seen, or why the check was not run
 * @param expected what was expected, where that was not seen
 */
record Finding(Kind kind, String seen, @Nullable String expected) {

    enum Kind {
        GOOD,
        BAD,
        /** Not as it is with most servers, but nothing that is forbidden. */
        ADVICE,
        NOT_RUN,
        /** Nothing was seen, so that nothing speaks against what depends on it. */
        UNSEEN
    }

    private static final int MOST_SHOWN = 80;

    static Finding good(String seen) {
        return new Finding(Kind.GOOD, seen, null);
    }

    static Finding bad(String seen, String expected) {
        return new Finding(Kind.BAD, seen, expected);
    }

    static Finding advice(String seen, String expected) {
        return new Finding(Kind.ADVICE, seen, expected);
    }

    static Finding unseen(String why) {
        return new Finding(Kind.UNSEEN, why, null);
    }

    static Finding notRun(String why) {
        return new Finding(Kind.NOT_RUN, why, null);
    }

    /** Returns a finding that depends on what was seen. */
    static Finding of(boolean good, String seen, String expected) {
        return good ? good(seen) : bad(seen, expected);
    }

    /** Returns a time in words. */
    static String seconds(Duration time) {
        return time.toMillis() / 1000.0 + " s";
    }

    /** Returns a text in quotes, in part where it is long. */
    static String quoted(String text) {
        return text.length() <= MOST_SHOWN
                ? "'" + text + "'"
                : "'" + text.substring(0, MOST_SHOWN) + "...' (" + text.length() + " characters)";
    }
}
