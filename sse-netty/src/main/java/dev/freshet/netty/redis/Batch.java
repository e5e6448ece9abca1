package dev.freshet.netty.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A batch of appends. Redis keeps either all of its entries or none. Once it may have been appended, it keeps its
 * number and its entries in every retry. Confined to the appender's thread.
 */
final class Batch {
    private final OwnThread own = new OwnThread();
    private final long number;
    private final List<Pending> appends;
    private @Nullable CompletableFuture<List<byte[]>> reply;
    private boolean isUncertain;
    private boolean isGivenUp;

    /**
     * Creates a batch that is not sent yet.
     *
     * @param number the number of the batch before it, plus one
     */
    Batch(long number, List<Pending> appends) {
        this.number = number;
        this.appends = new ArrayList<>(appends);
    }

    long number() {
        return number;
    }

    List<Pending> appends() {
        return appends;
    }

    /** Returns the reply of Redis, or null if the batch is to be sent. */
    @Nullable
    CompletableFuture<List<byte[]>> reply() {
        return reply;
    }

    /** Records that the batch was sent. */
    void sent(CompletableFuture<List<byte[]>> reply) {
        assert own.isCurrent();
        this.reply = reply;
    }

    /** Drops the reply, so that the batch is sent again. */
    void resetReply() {
        assert own.isCurrent();
        reply = null;
    }

    /** Marks that the batch may have been appended, if it was sent. */
    void markUncertain() {
        assert own.isCurrent();
        isUncertain |= reply != null;
    }

    /** Returns whether the batch may have been appended. */
    boolean isUncertain() {
        return isUncertain;
    }

    /**
     * Returns whether every append in it has timed out, although it may have been appended. It is then sent without
     * entries. The reply reports whether it was appended, and it is not appended later.
     */
    boolean isGivenUp() {
        return isGivenUp;
    }

    /** Returns the latest deadline of its appends, by {@link System#nanoTime()}. */
    long deadline() {
        long last = appends.get(0).deadline();
        for (Pending pending : appends) {
            if (pending.deadline() - last > 0) {
                last = pending.deadline();
            }
        }
        return last;
    }

    /**
     * Fails the appends that have timed out. Removes them if the batch was not appended; else gives the batch up if all
     * have timed out.
     *
     * @param now the time, by {@link System#nanoTime()}
     * @return the appends that were removed
     */
    List<Pending> failOverdue(long now, RedisStoreException why) {
        assert own.isCurrent();
        List<Pending> overdue =
                appends.stream().filter(pending -> pending.isOverdue(now)).toList();
        RedisStoreException failure = why.of(isUncertain);
        overdue.forEach(pending -> pending.appended().completeExceptionally(failure));
        if (!isUncertain) {
            appends.removeAll(overdue);
            return overdue;
        }
        isGivenUp = overdue.size() == appends.size();
        return List.of();
    }

    /** Fails the appends. Their outcome is unknown if the batch may have been appended. */
    void fail(RedisStoreException why) {
        assert own.isCurrent();
        RedisStoreException failure = why.of(isUncertain);
        appends.forEach(pending -> pending.appended().completeExceptionally(failure));
    }
}
