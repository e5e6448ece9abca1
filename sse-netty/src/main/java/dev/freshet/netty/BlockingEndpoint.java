package dev.freshet.netty;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An endpoint whose code runs on an executor. Thread-safe. */
record BlockingEndpoint(Executor executor, SseEndpoint endpoint) implements SseEndpoint {
    @Override
    public SseReply handle(SseRequest request) {
        return run(new Task(() -> {
            SseReply early = request.hasBody() ? null : endpoint.head(request.head());
            if (early instanceof SseReply.When later) {
                return new SseReply.When(
                        later.stage().thenApply(reply -> reply == null ? handled(request) : reply), later.headers());
            }
            return early == null ? endpoint.handle(request) : early;
        }));
    }

    private SseReply handled(SseRequest request) {
        return run(new Task(() -> endpoint.handle(request)));
    }

    /** Checks the head. Without a body, the check runs in the same task as the request is handled. */
    @Override
    public @Nullable SseReply head(SseRequest request) {
        return request.hasBody() ? run(new HeadCheck(() -> endpoint.head(request))) : null;
    }

    private SseReply run(Task task) {
        Thread caller = Thread.currentThread();
        try {
            executor.execute(() -> task.run(caller));
        } catch (RejectedExecutionException e) {
            return ReplyLater.OVERLOADED;
        }
        return SseReply.when(task);
    }

    /**
     * A task that waits for the executor, or runs there. It runs even if the client has disconnected, because the
     * request was received in full.
     */
    static class Task extends CompletableFuture<@Nullable SseReply> {
        volatile @Nullable Supplier<@Nullable SseReply> code;

        Task(Supplier<@Nullable SseReply> code) {
            this.code = code;
        }

        private void run(Thread caller) {
            Supplier<@Nullable SseReply> supplier = code;
            try {
                if (supplier != null) {
                    complete(Thread.currentThread() == caller ? ReplyLater.OVERLOADED : supplier.get());
                }
            } catch (Throwable e) { // as CompletableFuture does
                completeExceptionally(e);
            }
        }

        /** Cancels the task; its result is no longer awaited. */
        void abandon() {
            cancel(false);
        }
    }

    /** A check of a head, which does not run if the client has disconnected. */
    private static final class HeadCheck extends Task {
        HeadCheck(Supplier<@Nullable SseReply> code) {
            super(code);
        }

        @Override
        void abandon() {
            code = null;
            super.abandon();
        }
    }
}
