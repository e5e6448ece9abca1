package dev.freshet.examples.load.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Medians of runs or waves, so that a disturbed one has no effect. */
public final class Medians {

    private Medians() {}

    /** Returns the median of those that have the measure, or null if none has it. */
    public static <T> @Nullable Double of(List<T> all, Function<T, @Nullable Double> measure) {
        List<Double> sorted = new ArrayList<>();
        for (T one : all) {
            Double value = measure.apply(one);
            if (value != null) {
                sorted.add(value);
            }
        }
        sorted.sort(null);
        int middle = sorted.size() / 2;
        if (sorted.isEmpty()) {
            return null;
        }
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /** Returns the median of a measure that all have; 0 without any. */
    @SuppressWarnings("UnnecessaryMethodReference") // the type of a function that may return null is another one
    public static <T> double ofKnown(List<T> all, Function<T, Double> measure) {
        Double median = of(all, measure::apply);
        return median == null ? 0 : median;
    }
}
