package dev.freshet.netty;

import java.util.Arrays;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;

/** The transitions of a phase. */
final class Transitions {
    private Transitions() {}

    /**
     * Returns, for each phase, its name, an arrow, and the names of those that it becomes.
     *
     * @param to returns the next phase, and asserts that it may follow the first
     */
    static <P> List<String> of(P[] phases, BinaryOperator<P> to) {
        return Arrays.stream(phases)
                .map(from -> Arrays.stream(phases)
                        .filter(next -> becomes(from, next, to))
                        .map(Object::toString)
                        .collect(Collectors.joining(" ", from + " -> ", "")))
                .toList();
    }

    private static <P> boolean becomes(P from, P next, BinaryOperator<P> to) {
        try {
            return to.apply(from, next).equals(next);
        } catch (AssertionError e) {
            return false;
        }
    }
}
