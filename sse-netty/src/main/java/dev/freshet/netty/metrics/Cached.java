package dev.freshet.netty.metrics;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Figures that are taken once for the meters of one scrape, which reads them one after the other. Thread-safe.
 *
 * @param <T> the type of the figures
 */
final class Cached<T> {
    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private record Taken<T>(T figures, long nanos) {}

    private final Supplier<T> source;
    private final Consumer<T> onChange;
    private volatile @Nullable Taken<T> latest;

    /** @param onChange called with figures that were taken anew */
    Cached(Supplier<T> source, Consumer<T> onChange) {
        this.source = source;
        this.onChange = onChange;
    }

    Cached(Supplier<T> source) {
        this(source, figures -> {});
    }

    T get() {
        Taken<T> taken = latest;
        long now = System.nanoTime();
        if (taken == null || now - taken.nanos() > FRESH_NANOS) {
            taken = new Taken<>(source.get(), now);
            latest = taken;
            onChange.accept(taken.figures());
        }
        return taken.figures();
    }
}
