package dev.freshet.netty.redis;

import dev.freshet.netty.redis.RedisStoreException.Outcome;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The connection of one thread of the store, opened where there is none, and dropped where it failed. That thread alone uses it; any
 * may end it, which its waits end by.
 */
final class Link {
    private static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);
    private static final Delay BACK_OFF =
            Delay.fullJitter(Duration.ofMillis(10), Duration.ofSeconds(2), 20, TimeUnit.MILLISECONDS);

    /** That the store or the tail was closed. */
    static final class Ended extends RuntimeException {
        private static final long serialVersionUID = 1;

        Ended() {
            super("store: closed", null, false, false);
        }
    }

    private final RedisClient client;
    private final RedisURI uri;
    private final String where;
    private final Duration patience;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private @Nullable StatefulRedisConnection<String, byte[]> connection;
    private int failures;

    Link(RedisClient client, StoreOptions options) {
        this.client = client;
        this.uri = options.uri();
        this.where = options.where();
        this.patience = options.patience();
    }

    /**
     * Has Redis do something, and waits for the answer.
     *
     * @throws RedisStoreException if it failed; the connection is dropped but where Redis refused it
     */
    <T> T call(Function<RedisAsyncCommands<String, byte[]>, CompletionStage<T>> command) {
        return call(command, Duration.ZERO);
    }

    /** The same with something that may take so long by itself. */
    <T> T call(Function<RedisAsyncCommands<String, byte[]>, CompletionStage<T>> command, Duration longest) {
        StatefulRedisConnection<String, byte[]> open = connection == null ? connect() : connection;
        try {
            T answer = await(command.apply(open.async()), patience.plus(longest));
            failures = 0;
            return answer;
        } catch (ExecutionException e) {
            RedisStoreException failure = Failures.of(where, e, true);
            if (failure.outcome() != Outcome.REFUSED && !isNoScript(failure)) {
                drop();
            }
            throw failure;
        } catch (RedisException e) {
            drop();
            throw Failures.of(where, e, false); // it was not sent
        } catch (TimeoutException e) {
            drop();
            throw new RedisStoreException(Outcome.UNKNOWN, where + ": no answer in " + patience, e);
        }
    }

    private static boolean isNoScript(RedisStoreException failure) {
        return failure.getCause() instanceof RedisNoScriptException;
    }

    private StatefulRedisConnection<String, byte[]> connect() {
        CompletableFuture<StatefulRedisConnection<String, byte[]>> connecting =
                client.connectAsync(CODEC, uri).toCompletableFuture();
        try {
            StatefulRedisConnection<String, byte[]> open = await(connecting, patience);
            connection = open;
            return open;
        } catch (ExecutionException e) {
            throw Failures.of(where, e, false);
        } catch (TimeoutException e) {
            throw new RedisStoreException(Outcome.NOT_DONE, where + ": not connected in " + patience, e);
        } finally {
            if (connection == null) {
                connecting.thenAccept(StatefulRedisConnection::closeAsync);
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

    /** Waits before another try, longer after each that failed. */
    void backOff() {
        try {
            await(new CompletableFuture<>(), BACK_OFF.createDelay(++failures));
        } catch (TimeoutException e) {
            // it is time
        } catch (ExecutionException e) {
            throw new AssertionError(e); // there is nothing that fails
        }
    }

    private <T> T await(CompletionStage<T> stage, Duration longest) throws ExecutionException, TimeoutException {
        CompletableFuture<T> answer = stage.toCompletableFuture();
        try {
            CompletableFuture.anyOf(answer, ended).get(longest.toNanos(), TimeUnit.NANOSECONDS);
            if (isEnded()) {
                throw new Ended();
            }
            return answer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Ended();
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
