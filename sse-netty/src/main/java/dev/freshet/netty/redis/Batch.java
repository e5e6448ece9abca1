package dev.freshet.netty.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Entries that are appended together, or not at all. It has the same number and the same entries however often it is sent, as soon as
 * it may have been done. Confined to the appender's thread.
 */
final class Batch {
    private final long number;
    private final List<Pending> all;
    private @Nullable CompletableFuture<List<byte[]>> answer;
    private boolean isUncertain;
    private boolean isGivenUp;

    /**
     * Makes one that was not sent.
     *
     * @param number one more than that of the one before
     */
    Batch(long number, List<Pending> all) {
        this.number = number;
        this.all = new ArrayList<>(all);
    }

    long number() {
        return number;
    }

    List<Pending> all() {
        return all;
    }

    /** What came or comes of it, or null where it is to be sent. */
    @Nullable
    CompletableFuture<List<byte[]>> answer() {
        return answer;
    }

    void sent(CompletableFuture<List<byte[]>> answer) {
        this.answer = answer;
    }

    /** What comes of it does not count: it is to be sent again. */
    void unsent() {
        answer = null;
    }

    /** It was sent, and nobody knows what came of it. */
    void doubt() {
        isUncertain |= answer != null;
    }

    boolean isUncertain() {
        return isUncertain;
    }

    /** Nobody waits for it any more: what is left is to learn whether it was done, and that it is not done later. */
    boolean isGivenUp() {
        return isGivenUp;
    }

    /** When the last of its callers waits no more, by {@link System#nanoTime()}. */
    long deadline() {
        long last = all.get(0).deadline();
        for (Pending pending : all) {
            if (pending.deadline() - last > 0) {
                last = pending.deadline();
            }
        }
        return last;
    }

    /**
     * Fails what waited too long, and gives up where nothing else is in it.
     *
     * @return what will not be appended
     */
    List<Pending> failOverdue(long now, Throwable why) {
        List<Pending> overdue =
                all.stream().filter(pending -> pending.isOverdue(now)).toList();
        overdue.forEach(pending -> pending.appended().completeExceptionally(why));
        if (!isUncertain) {
            all.removeAll(overdue);
            return overdue;
        }
        isGivenUp = overdue.size() == all.size();
        return List.of();
    }

    void fail(Throwable why) {
        all.forEach(pending -> pending.appended().completeExceptionally(why));
    }
}
