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

/**
 * The connection of one thread of the store to Redis. It is opened by the first command, and again after a failure.
 * Confined to that thread, except for {@link #isEnded} and {@link #end}, which are thread-safe.
 */
final class Link {
    private static final Logger logger = RedisLogger.LOGGER;
    private static final RedisCodec<String, byte[]> CODEC = new FieldCodec();
    private static final Delay BACK_OFF =
            Delay.fullJitter(Duration.ofMillis(10), Duration.ofSeconds(1), 20, TimeUnit.MILLISECONDS);

    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(1);

    /** The exception of a call after the store or the tail is closed. */
    static final class Ended extends RuntimeException {
        private static final long serialVersionUID = 1;

        Ended() {
            super("store: closed", null, false, false);
        }
    }

    private final OwnThread own = new OwnThread();
    private final RedisClient client;
    private final RedisURI configured;
    private final String where;
    private final Duration connectTimeout;
    private final Duration timeout;
    private final RedisCounts counts;
    private boolean hasConnected;
    /** The address to connect to: the configured one, or that to which a cluster has redirected. */
    private RedisURI uri;

    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private @Nullable StatefulRedisConnection<String, byte[]> connection;
    /** The close of the last connection attempt that did not succeed. */
    private CompletableFuture<?> abandoned = CompletableFuture.completedFuture(null);
    /** The number of failed attempts since the last success. */
    private int failures;

    /**
     * Creates a connection that is not open yet.
     * @param timeout the timeout of a reply
     */
    Link(RedisClient client, StoreOptions options, Duration timeout, RedisCounts counts) {
        this.client = client;
        this.counts = counts;
        this.configured = options.uri();
        this.uri = configured;
        this.where = options.where();
        this.connectTimeout = options.timeout();
        this.timeout = timeout;
    }

    /**
     * Sends a command and waits for the reply.
     *
     * @throws RedisStoreException if the command failed; the connection is dropped unless Redis rejected the command
     * @throws Ended if the link is ended
     */
    <T> T call(Function<RedisAsyncCommands<String, byte[]>, CompletionStage<T>> command) {
        return await(send(command));
    }

    /**
     * Sends a command after all earlier ones on the same connection.
     *
     * @return the reply, for {@link #await}; failed if there is no connection
     * @throws Ended if the link is ended
     */
    <T> CompletableFuture<T> send(Function<RedisAsyncCommands<String, byte[]>, CompletionStage<T>> command) {
        assert own.isCurrent();
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
     * Waits for a reply.
     *
     * @throws RedisStoreException if the command failed; the connection is dropped unless Redis rejected the command
     * @throws Ended if the link is ended
     */
    <T> T await(CompletableFuture<T> reply) {
        return await(reply, Duration.ZERO);
    }

    /**
     * Waits for the reply of a command that blocks.
     *
     * @param blocking the time that the command may block in Redis, in addition to the timeout
     */
    <T> T await(CompletableFuture<T> reply, Duration blocking) {
        assert own.isCurrent();
        try {
            return awaitOrEnd(reply, timeout.plus(blocking));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RedisStoreException failure) {
                throw failure;
            }
            RedisStoreException failure = Failures.of(where, e, true);
            RedisURI moved = Redirection.of(e, uri);
            if (moved != null) {
                uri = moved;
            }
            if (failure.outcome() != Outcome.REFUSED && !Failures.isOfUnknownScript(failure)) {
                drop();
            }
            throw failure;
        } catch (TimeoutException e) {
            drop();
            throw new RedisStoreException(Outcome.UNKNOWN, where + ": no answer in " + timeout, e);
        }
    }

    private StatefulRedisConnection<String, byte[]> connect() {
        CompletableFuture<StatefulRedisConnection<String, byte[]>> connecting = connecting();
        try {
            StatefulRedisConnection<String, byte[]> open = awaitOrEnd(connecting, connectTimeout);
            connection = open;
            if (hasConnected) {
                counts.reconnected();
            }
            hasConnected = true;
            return open;
        } catch (ExecutionException e) {
            throw Failures.of(where, e, false);
        } catch (TimeoutException e) {
            throw new RedisStoreException(Outcome.NOT_DONE, where + ": not connected in " + connectTimeout, e);
        } finally {
            if (connection == null) {
                uri = configured;
                abandoned = connecting.thenCompose(StatefulRedisConnection::closeAsync);
            }
        }
    }

    private CompletableFuture<StatefulRedisConnection<String, byte[]>> connecting() {
        try {
            return client.connectAsync(CODEC, uri).toCompletableFuture();
        } catch (Throwable e) { // such as of a client that is shut down
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Closes the connection, so that the next command connects again. */
    void drop() {
        assert own.isCurrent();
        StatefulRedisConnection<String, byte[]> dropped = connection;
        connection = null;
        if (dropped != null) {
            dropped.close();
        }
    }

    /**
     * Closes the connection at the end of the thread. Waits for the close of a connection attempt that did not succeed,
     * within a bound.
     */
    void close() {
        drop();
        try {
            abandoned.get(CLOSE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException | InterruptedException e) {
            logger.debug("store: a connection that was not waited for", e);
        }
    }

    /** Resets the back-off after a success. */
    void succeeded() {
        assert own.isCurrent();
        failures = 0;
    }

    /** Returns the number of failed attempts since the last success. */
    int failures() {
        return failures;
    }

    /** Waits before another attempt, longer after each failure. */
    void backOff() {
        assert own.isCurrent();
        try {
            awaitOrEnd(new CompletableFuture<>(), BACK_OFF.createDelay(++failures));
        } catch (TimeoutException e) {
            // the delay is over
        } catch (ExecutionException e) {
            throw new AssertionError(e); // the future is never completed
        }
    }

    /** Waits for a reply, or for the end. Ignores interrupts, which user code may have left on the thread. */
    private <T> T awaitOrEnd(CompletableFuture<T> reply, Duration timeout) throws ExecutionException, TimeoutException {
        CompletableFuture<Object> first = CompletableFuture.anyOf(reply, ended);
        long deadline = System.nanoTime() + timeout.toNanos();
        try {
            while (true) {
                try {
                    first.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                    if (isEnded()) {
                        throw new Ended();
                    }
                    return reply.get();
                } catch (ExecutionException e) {
                    if (isEnded()) {
                        throw new Ended();
                    }
                    throw e;
                } catch (InterruptedException e) {
                    logger.debug("store: its thread was interrupted", e);
                }
            }
        } finally {
            first.cancel(false); // or it would stay registered at the future of the end
        }
    }

    /** Returns whether the link is ended. */
    boolean isEnded() {
        return ended.isDone();
    }

    /** Ends the current wait of the thread, and every later call. */
    void end() {
        ended.complete(null);
    }
}
