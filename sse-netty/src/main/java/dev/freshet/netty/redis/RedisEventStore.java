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
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * An event store in Redis 7.0 or later. It keeps the events of a hub in one stream, which the hubs of all processes
 * share. It requires {@code io.lettuce:lettuce-core} 6.5 or later on the class path.
 *
 * <p>Every tail delivers each appended entry once, and all tails in the same order. If Redis loses entries, every tail
 * reports the loss between the same two entries. The store reconnects by itself, with a back-off; a reconnection
 * without a loss is not reported. In addition to the stream, its slot has a key with the id of the newest entry, and
 * for each store that appends, unless its {@link Idempotence} is {@code NONE}, a key with its latest appends, which
 * expires.
 *
 * <p><b>Durability.</b> It is that of Redis: an append completes once the master has the entry. With an append-only
 * file a Redis that restarts has its entries again, all of them or all but about the last second ({@code appendfsync});
 * a failover loses what the promoted replica had not been sent all the same. {@code min-replicas-to-write} limits that:
 * a master to which no replica has reported for {@code min-replicas-max-lag} refuses appends. {@code WAIT} is not
 * called. It would complete an append only once replicas have the entry, so that a failover is less likely to lose it;
 * it does not make Redis strongly consistent, because the promoted replica need not be one of those. The tails read the
 * master and would deliver the entry before that, and it would block the connection of the appender.
 *
 * <p>Stages complete on threads of the store, so dependent actions must not block. A tail calls its sink on a thread of
 * its own. Thread-safe.
 */
public final class RedisEventStore implements EventStore, AutoCloseable {
    private static final int THREADS = 2;
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);

    private final StoreOptions options;
    private final ClientResources resources;
    private final RedisClient client;
    private final KnownPositions known = new KnownPositions();
    private final RedisCounts counts = new RedisCounts();
    private final PositionCheck check;
    private final Appender appender;
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
                .autoReconnect(false) // it would repeat commands that Redis may have executed
                .timeoutOptions(TimeoutOptions.create())
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(options.timeout())
                        .keepAlive(true)
                        .build())
                .build());
        Link appends = new Link(client, options, options.appenderTimeout(), counts);
        this.appender = new Appender(options, appends, known, check, counts);
        appender.start();
    }

    /**
     * Creates a builder of a store.
     *
     * @param uri the address of Redis, such as {@code redis://127.0.0.1:6379}; {@code rediss} is over TLS, {@code
     *     redis-sentinel} by Sentinel
     * @param key the key of the stream, the same for all hubs that share their events
     * @throws IllegalArgumentException if the URI is malformed, or the key is empty or has other braces than one tag
     */
    public static RedisEventStoreBuilder builder(String uri, String key) {
        return new RedisEventStoreBuilder(RedisURI.create(requireNonNull(uri, "uri")), key);
    }

    /**
     * Creates a builder of a store.
     *
     * @param uri the address and the credentials of Redis; copied
     * @param key the key of the stream, the same for all hubs that share their events
     * @throws IllegalArgumentException if the key is empty or has other braces than one tag
     */
    public static RedisEventStoreBuilder builder(RedisURI uri, String key) {
        requireNonNull(uri, "uri");
        return new RedisEventStoreBuilder(UriCopy.of(uri, uri.getTimeout()), key);
    }

    /**
     * Appends an entry to the stream.
     *
     * @return a stage with the id of the entry. It fails with a {@link RedisStoreException} if too much is in flight,
     *     at once unless the policy is to wait ({@link InFlightPolicy}); if Redis rejects the entry; if the append
     *     times out; or, with {@link Idempotence#NONE}, if Redis does not reply
     */
    @Override
    public CompletionStage<EventId> append(StoredEntry entry, String key) {
        return appender.append(requireNonNull(entry, "entry"), requireNonNull(key, "key"));
    }

    /**
     * Returns true unless {@link RedisEventStoreBuilder#idempotence} is {@link Idempotence#NONE}. With {@link
     * Idempotence#BY_KEY} a retry is recognized by its key if the first append with the key was made by this store, with
     * at most 65,536 others since. If that one failed and may have been kept, and is not sent again to find out, its
     * retry fails alike.
     */
    @Override
    public boolean isIdempotent() {
        return options.isIdempotent();
    }

    @Override
    public boolean isShared() {
        return true;
    }

    /**
     * {@inheritDoc} The problem is that Redis cannot be read, or was never reached; that the latest entries are not
     * appended, until an append succeeds or a check shows that Redis accepts writes; or that the store is closed. After
     * Redis was out of memory, or a permission was missing, only an append that succeeds ends the problem.
     *
     * <p>{@link StoreStats#behind} is counted by the check of the stream: when a tail begins, after each failure, and
     * every 5 seconds. While Redis cannot be reached it does not grow. It is inexact after unread entries were deleted,
     * entries that were delivered were lost, or the stream was replaced, until the tail has read the newest entry that
     * a check has found.
     */
    @Override
    public StoreStats stats() {
        long behind = 0;
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
     * Begins a tail, which reads the stream on a connection and a thread of its own.
     *
     * @return a stage that fails with a {@link RedisStoreException} if Redis cannot be reached, or rejects the tail
     */
    @Override
    public CompletionStage<Tail> tail(Sink sink) {
        Link link = new Link(client, options, options.timeout(), counts);
        TailReader tail = new TailReader(options, link, known, check, counts, requireNonNull(sink, "sink"));
        tails.add(tail);
        if (closed) {
            tails.remove(tail);
            return CompletableFuture.failedFuture(Inbox.closed());
        }
        return tail.start(() -> tails.remove(tail)).copy(); // so that the caller cannot complete the tail's own future
    }

    /**
     * Closes all tails, fails the appends in flight, and closes the connections. No entry is delivered after the
     * return. Idempotent.
     */
    @Override
    public void close() {
        closed = true;
        tails.forEach(TailReader::close);
        appender.close();
        try {
            client.shutdown(Duration.ZERO, CLOSE_PATIENCE);
        } finally {
            resources
                    .shutdown(0, CLOSE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                    .awaitUninterruptibly();
        }
    }
}
