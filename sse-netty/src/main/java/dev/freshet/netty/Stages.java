package dev.freshet.netty;

import dev.freshet.logging.LogText;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Operations on stages, which may be implementations of the application's own. */
final class Stages {
    private Stages() {}

    /** Returns the failure of a completed future, as an exception for the caller to throw. */
    static RuntimeException failure(CompletableFuture<?> failed) {
        Throwable why = cause(failed.handle((v, failure) -> failure).join());
        return why instanceof RuntimeException refused ? refused : new CompletionException(why);
    }

    /** Returns the failure without the CompletionException that a dependent stage wraps it in. */
    static Throwable cause(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : null;
        return cause == null ? failure : cause;
    }

    /** Cancels the stage; one that does not support it continues. */
    static void cancel(CompletionStage<?> stage) {
        try {
            stage.toCompletableFuture().cancel(false);
        } catch (Throwable e) {
            Log.debug("stage was not cancelled: {}", LogText.textOf(e));
        }
    }

    /**
     * Runs the task after the time, on a daemon thread, unless the stage has completed by then. Runs it at once, on
     * this thread, if the time is zero.
     */
    static void unlessDoneIn(Duration time, CompletableFuture<?> stage, Runnable task) {
        if (time.isZero()) {
            task.run();
        } else {
            stage.copy().orTimeout(time.toMillis(), TimeUnit.MILLISECONDS).whenComplete((v, late) -> {
                if (late != null) {
                    task.run();
                }
            });
        }
    }

    /**
     * Calls the action exactly once when the stage completes. A second call of the stage is ignored; if the stage
     * throws, the exception is its failure.
     */
    static <T> void whenComplete(
            CompletionStage<? extends T> stage, BiConsumer<@Nullable T, @Nullable Throwable> action) {
        AtomicBoolean due = new AtomicBoolean(true);
        try {
            stage.whenComplete((value, failure) -> {
                if (due.getAndSet(false)) {
                    action.accept(value, failure);
                }
            });
        } catch (Throwable e) {
            if (due.getAndSet(false)) {
                action.accept(null, e);
            }
        }
    }
}
