package dev.freshet.netty.redis;

import static java.util.Objects.requireNonNull;

import dev.freshet.event.EventId;
import dev.freshet.store.EventStore;
import dev.freshet.store.StoreStats;
import dev.freshet.store.StoredEntry;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * A store in Redis 7.0 or later: one stream for each hub, which the hubs of all processes share. It needs {@code io.lettuce:lettuce-core}
 * 6.5 or later on the class path.
 *
 * <p>What was appended is delivered by every tail, once and in one order, and whatever Redis loses is told by every tail at the same
 * place. It reconnects by itself, with a back-off; nothing is told for that. Beside the stream there are, in its slot, a key that tells
 * what its newest entry is, and for each store that appends a key that tells what it appended last, for a while.
 *
 * <p>Stages complete on threads of the store, so what follows them must not block. A tail calls its sink on a thread of its own.
 * Thread-safe.
 */
public final class RedisEventStore implements EventStore, AutoCloseable {
    private static final int THREADS = 2;
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);

    private final StoreOptions options;
    private final ClientResources resources;
    private final RedisClient client;
    private final KnownPlaces known = new KnownPlaces();
    private final RedisCounts counts = new RedisCounts();
    private final PositionCheck check;
    private final Appender appender;
    private final Thread appending;
    private final Set<TailReader> tails = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    RedisEventStore(StoreOptions options) {
        this.options = options;
        this.check = new PositionCheck(options, known, counts);
        this.resources = DefaultClientResources.builder()
                .ioThreadPoolSize(THREADS)
                .computationThreadPoolSize(THREADS)
                .build();
        this.client = RedisClient.create(resources);
        client.setOptions(ClientOptions.builder()
                .autoReconnect(false) // it would send again what Redis may have done
                .timeoutOptions(TimeoutOptions.create())
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(options.patience())
                        .keepAlive(true)
                        .build())
                .build());
        Link appends = new Link(client, options, options.appenderPatience(), counts);
        this.appender = new Appender(options, appends, known, check, counts);
        this.appending = new FastThreadLocalThread(appender, "freshet-redis-append");
        appending.setDaemon(true);
        appending.start();
    }

    /**
     * Starts to build a store.
     *
     * @param uri where Redis is, such as {@code redis://127.0.0.1:6379}; {@code rediss} is over TLS, {@code redis-sentinel} by
     *     Sentinel
     * @param key of the stream; each hub that is to have the same events has the same
     * @throws IllegalArgumentException if the URI is malformed
     */
    public static RedisEventStoreBuilder builder(String uri, String key) {
        return new RedisEventStoreBuilder(RedisURI.create(requireNonNull(uri, "uri")), key);
    }

    /**
     * Starts to build a store.
     *
     * @param uri where Redis is, and how to log in
     * @param key of the stream; each hub that is to have the same events has the same
     */
    public static RedisEventStoreBuilder builder(RedisURI uri, String key) {
        requireNonNull(uri, "uri");
        return new RedisEventStoreBuilder(UriCopy.of(uri, uri.getTimeout()), key);
    }

    /**
     * Appends an entry to the stream.
     *
     * @return fails with a {@link RedisStoreException} where too much is in flight, at once unless it is to wait ({@link
     *     InFlightPolicy}); where Redis refuses it; or where it
     *     could not be appended in time
     */
    @Override
    public CompletionStage<EventId> append(StoredEntry entry, String key) {
        return appender.append(requireNonNull(entry, "entry"), requireNonNull(key, "key"));
    }

    /** A retry is known by its key where it is this store that was given the first, and 65,536 others at most since. */
    @Override
    public boolean isIdempotent() {
        return true;
    }

    @Override
    public boolean isShared() {
        return true;
    }

    /**
     * {@inheritDoc} Its problem is that Redis cannot be read, or was never reached; that the latest entries are not appended, until
     * some are or Redis is known to take them; or that the store is closed. Only an append that is kept tells that Redis has memory
     * again and that no permission is missing.
     */
    @Override
    public StoreStats stats() {
        int behind = 0;
        String problem = closed ? Inbox.closed().getMessage() : null;
        for (TailReader tail : tails) {
            behind += tail.behind();
            problem = problem == null ? tail.problem() : problem;
        }
        problem = problem == null ? counts.startProblem() : problem;
        problem = problem == null ? counts.appendProblem() : problem;
        return new StoreStats(appender.waitingBytes(), behind, counts.reconnects(), counts.failedChecks(), problem);
    }

    /**
     * Reads the stream on a connection and a thread of its own.
     *
     * @return fails with a {@link RedisStoreException} where Redis cannot be reached, or refuses
     */
    @Override
    public CompletionStage<Tail> tail(Sink sink) {
        Link link = new Link(client, options, options.patience(), counts);
        TailReader tail = new TailReader(options, link, known, check, counts, requireNonNull(sink, "sink"));
        tails.add(tail);
        if (closed) {
            tails.remove(tail);
            return CompletableFuture.failedFuture(Inbox.closed());
        }
        return tail.start(() -> tails.remove(tail)).copy(); // what the caller does with it is not the tail's
    }

    /** Ends all tails, fails what is in flight, and closes the connections. After the return nothing is delivered. Idempotent. */
    @Override
    public void close() {
        closed = true;
        tails.forEach(TailReader::close);
        appender.close();
        join(appending);
        client.shutdown(Duration.ZERO, CLOSE_PATIENCE);
        resources.shutdown(0, CLOSE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS).awaitUninterruptibly();
    }

    /** Waits for the end of a thread, for a while, unless it is the caller. */
    private static void join(Thread thread) {
        try {
            if (Thread.currentThread() != thread) {
                thread.join(CLOSE_PATIENCE.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
