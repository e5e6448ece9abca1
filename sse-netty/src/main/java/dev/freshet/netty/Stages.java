package dev.freshet.netty;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Waits for stages, also for those of the application, whose code may be its own. */
final class Stages {
    private Stages() {}

    /** Why it has failed, to be thrown by who asked for it. */
    static RuntimeException failure(CompletableFuture<?> failed) {
        Throwable why = cause(failed.handle((v, failure) -> failure).join());
        return why instanceof RuntimeException refused ? refused : new CompletionException(why);
    }

    /** Without what a stage that depends on another puts around the failure of that. */
    static Throwable cause(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : null;
        return cause == null ? failure : cause;
    }

    /** Nobody waits for it any more; one that knows no cancelling goes on. */
    static void cancel(CompletionStage<?> stage) {
        try {
            stage.toCompletableFuture().cancel(false);
        } catch (Throwable e) {
            Log.debug("stage was not cancelled: {}", String.valueOf(e));
        }
    }

    /**
     * Runs the task when the time is over, unless the stage has completed by then. On a thread that keeps no process alive, at
     * once where there is no time at all.
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

    /** Calls the action once: also where the stage calls it again, or throws instead, which is then its failure. */
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
