package dev.freshet.examples.load.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What several runs or waves have in the middle: one that was disturbed does not count. */
public final class Medians {

    private Medians() {}

    /** Of those that have the measure; null where none has. */
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

    /** Where it is always known. */
    @SuppressWarnings("UnnecessaryMethodReference") // one that may give null is another type
    public static <T> double ofKnown(List<T> all, Function<T, Double> measure) {
        Double median = of(all, measure::apply);
        return median == null ? 0 : median;
    }
}
