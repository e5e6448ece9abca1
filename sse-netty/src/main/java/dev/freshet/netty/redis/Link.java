package dev.freshet.netty.redis;

import dev.freshet.netty.redis.RedisStoreException.Outcome;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection of one thread of the store, opened where there is none, and dropped where it failed. That thread alone uses it; any
 * may end it, which its waits end by.
 */
final class Link {
    private static final Logger logger = LoggerFactory.getLogger(RedisEventStore.class);
    private static final RedisCodec<String, byte[]> CODEC = new FieldCodec();
    private static final Delay BACK_OFF =
            Delay.fullJitter(Duration.ofMillis(10), Duration.ofSeconds(2), 20, TimeUnit.MILLISECONDS);

    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(1);

    /** That the store or the tail was closed. */
    static final class Ended extends RuntimeException {
        private static final long serialVersionUID = 1;

        Ended() {
            super("store: closed", null, false, false);
        }
    }

    private final RedisClient client;
    private final RedisURI configured;
    private final String where;
    private final Duration connectPatience;
    private final Duration patience;
    private final RedisCounts counts;
    private boolean hasConnected;
    private RedisURI uri; // another than configured where a cluster told so
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private @Nullable StatefulRedisConnection<String, byte[]> connection;
    private CompletableFuture<?> abandoned = CompletableFuture.completedFuture(null);
    private int failures;

    /** @param patience for an answer */
    Link(RedisClient client, StoreOptions options, Duration patience, RedisCounts counts) {
        this.client = client;
        this.counts = counts;
        this.configured = options.uri();
        this.uri = configured;
        this.where = options.where();
        this.connectPatience = options.patience();
        this.patience = patience;
    }

    /**
     * Has Redis do something, and waits for the answer.
     *
     * @throws RedisStoreException if it failed; the connection is dropped but where Redis refused it
     */
    <T> T call(Function<RedisAsyncCommands<String, byte[]>, CompletionStage<T>> command) {
        return await(send(command));
    }

    /**
     * Has Redis do something, after all that was sent before on the same connection.
     *
     * @return for {@link #await}
     */
    <T> CompletableFuture<T> send(Function<RedisAsyncCommands<String, byte[]>, CompletionStage<T>> command) {
        if (isEnded()) {
            throw new Ended();
        }
        try {
            StatefulRedisConnection<String, byte[]> open = connection == null ? connect() : connection;
            return command.apply(open.async()).toCompletableFuture();
        } catch (RedisStoreException e) {
            return CompletableFuture.failedFuture(e);
        } catch (RedisException e) {
            drop();
            return CompletableFuture.failedFuture(Failures.of(where, e, false));
        }
    }

    /**
     * Waits for an answer.
     *
     * @throws RedisStoreException if it failed; the connection is dropped but where Redis refused it
     */
    <T> T await(CompletableFuture<T> answer) {
        return await(answer, Duration.ZERO);
    }

    /** The same of something that may take so long by itself. */
    <T> T await(CompletableFuture<T> answer, Duration longest) {
        try {
            return awaitOrEnd(answer, patience.plus(longest));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RedisStoreException failure) {
                throw failure;
            }
            RedisStoreException failure = Failures.of(where, e, true);
            RedisURI moved = Redirection.of(e, uri);
            if (moved != null) {
                uri = moved;
            }
            if (failure.outcome() != Outcome.REFUSED && !Script.isUnknown(failure)) {
                drop();
            }
            throw failure;
        } catch (TimeoutException e) {
            drop();
            throw new RedisStoreException(Outcome.UNKNOWN, where + ": no answer in " + patience, e);
        }
    }

    private StatefulRedisConnection<String, byte[]> connect() {
        CompletableFuture<StatefulRedisConnection<String, byte[]>> connecting =
                client.connectAsync(CODEC, uri).toCompletableFuture();
        try {
            StatefulRedisConnection<String, byte[]> open = awaitOrEnd(connecting, connectPatience);
            connection = open;
            if (hasConnected) {
                counts.reconnected();
            }
            hasConnected = true;
            return open;
        } catch (ExecutionException e) {
            throw Failures.of(where, e, false);
        } catch (TimeoutException e) {
            throw new RedisStoreException(Outcome.NOT_DONE, where + ": not connected in " + connectPatience, e);
        } finally {
            if (connection == null) {
                uri = configured;
                abandoned = connecting.thenCompose(StatefulRedisConnection::closeAsync);
            }
        }
    }

    /** So that the next call opens another. */
    void drop() {
        StatefulRedisConnection<String, byte[]> dropped = connection;
        connection = null;
        if (dropped != null) {
            dropped.close();
        }
    }

    /** At the end of its thread: nothing is left open, but for a connecting that takes long. */
    void close() {
        drop();
        try {
            abandoned.get(CLOSE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException | InterruptedException e) {
            logger.debug("store: a connection that was not waited for", e);
        }
    }

    /** What the thread is there for was done: the next wait is short again. */
    void succeeded() {
        failures = 0;
    }

    /** How many tries failed since one succeeded. */
    int failures() {
        return failures;
    }

    /** Waits before another try, longer after each that failed. */
    void backOff() {
        try {
            awaitOrEnd(new CompletableFuture<>(), BACK_OFF.createDelay(++failures));
        } catch (TimeoutException e) {
            // it is time
        } catch (ExecutionException e) {
            throw new AssertionError(e); // there is nothing that fails
        }
    }

    /** An interrupt is none of its business: user code may have left it. */
    private <T> T awaitOrEnd(CompletableFuture<T> answer, Duration longest)
            throws ExecutionException, TimeoutException {
        CompletableFuture<Object> first = CompletableFuture.anyOf(answer, ended);
        long deadline = System.nanoTime() + longest.toNanos();
        try {
            while (true) {
                try {
                    first.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                    if (isEnded()) {
                        throw new Ended();
                    }
                    return answer.get();
                } catch (InterruptedException e) {
                    logger.debug("store: its thread was interrupted", e);
                }
            }
        } finally {
            first.cancel(false); // else it stays with what ends the thread's waits
        }
    }

    boolean isEnded() {
        return ended.isDone();
    }

    /** Ends the thread's wait, if it waits, and each later one. */
    void end() {
        ended.complete(null);
    }
}
