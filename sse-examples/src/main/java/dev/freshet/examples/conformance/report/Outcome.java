package dev.freshet.examples.conformance.report;

import java.util.Locale;

/** The outcome of a check. */
public enum Outcome {
    PASSED,

    /** What the check asks for was not seen, and is a {@link Level#MUST}. */
    FAILED,

    /** What the check asks for was not seen, and is a {@link Level#SHOULD}. */
    ADVICE,
    NOT_RUN;

    /** Returns its word in a text: failures stand out. */
    public String word() {
        return this == FAILED ? name() : name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
