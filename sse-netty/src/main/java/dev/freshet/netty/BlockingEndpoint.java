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

    /** Without a body there is nothing that it has to come before. */
    @Override
    public @Nullable SseReply head(SseRequest request) {
        return request.hasBody() ? run(new Judging(() -> endpoint.head(request))) : null;
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

    /** What waits for the executor, or runs there. It runs also for a client that has gone, for it was asked for in whole. */
    static class Task extends CompletableFuture<@Nullable SseReply> {
        volatile @Nullable Supplier<@Nullable SseReply> code;

        Task(Supplier<@Nullable SseReply> code) {
            this.code = code;
        }

        private void run(Thread caller) {
            Supplier<@Nullable SseReply> asked = code;
            try {
                if (asked != null) {
                    complete(Thread.currentThread() == caller ? ReplyLater.OVERLOADED : asked.get());
                }
            } catch (Throwable e) { // as CompletableFuture's own have it
                completeExceptionally(e);
            }
        }

        /** Nobody waits for it any more. */
        void abandon() {
            cancel(false);
        }
    }

    /** Who has gone is not judged. */
    private static final class Judging extends Task {
        Judging(Supplier<@Nullable SseReply> code) {
            super(code);
        }

        @Override
        void abandon() {
            code = null;
            super.abandon();
        }
    }
}
