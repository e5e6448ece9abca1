package dev.freshet.examples;

import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/** A substitute for a language model. Its answer is made up, and the same for the same prompt. */
final class Storyteller {

    private static final int SENTENCES = 8;
    private static final Pattern AFTER_BLANKS = Pattern.compile("(?<= )");

    private static final List<String> OPENINGS = List.of(
            "Ask a river about \"%s\" and it will take its time.",
            "There is an old answer to \"%s\", and it begins upstream.",
            "Nobody at the mill has a short answer to \"%s\".");
    private static final List<String> SUBJECTS = List.of(
            "The thaw",
            "A full reservoir",
            "The keeper of the sluice",
            "Every tributary",
            "The slowest barge",
            "The high water");
    private static final List<String> VERBS =
            List.of("carries", "remembers", "passes on", "outruns", "waits for", "gives back");
    private static final List<String> OBJECTS = List.of(
            "what the hills let go of",
            "the rain of a whole winter",
            "each drop in the order in which it fell",
            "whoever comes back late to the bank",
            "more than any one bucket can hold",
            "the place where it was interrupted");
    private static final List<String> ENDS = List.of(
            ", and nothing is lost on the way.",
            ", one word after the other.",
            ", whether or not somebody watches.",
            ", so there is no hurry.");

    private Storyteller() {}

    /** Returns the tokens of an answer; concatenated they are its text. */
    static List<String> answer(String prompt) {
        Random random = new Random(prompt.toLowerCase(Locale.ROOT).hashCode());
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT, pick(OPENINGS, random), prompt));
        for (int i = 0; i < SENTENCES; i++) {
            text.append(String.join(" ", "", pick(SUBJECTS, random), pick(VERBS, random), pick(OBJECTS, random)))
                    .append(pick(ENDS, random));
        }
        return AFTER_BLANKS.splitAsStream(text).toList();
    }

    static String pick(List<String> from, RandomGenerator random) {
        return from.get(random.nextInt(from.size()));
    }
}
