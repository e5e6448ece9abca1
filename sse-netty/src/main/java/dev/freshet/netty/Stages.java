package dev.freshet.netty;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Waits for stages of the application, whose code may be the application's, too. */
final class Stages {
    private Stages() {}

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
