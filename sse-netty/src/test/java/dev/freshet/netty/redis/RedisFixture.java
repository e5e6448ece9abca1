package dev.freshet.netty.redis;

import static dev.freshet.harness.Conditions.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.fixtures.CuttingProxy;
import dev.freshet.harness.RedisProcess;
import dev.freshet.hub.SseHub;
import dev.freshet.store.EventStore;
import dev.freshet.store.StoredEntry;
import dev.freshet.store.StoredEntry.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** A Redis of the test's own, and stores on it; all closed after each test. */
@Tag("cluster")
abstract class RedisFixture {
    static final String KEY = "events";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @SuppressWarnings("NullAway.Init")
    RedisProcess redis;

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final AtomicInteger keys = new AtomicInteger();

    String[] options() {
        return new String[0];
    }

    @BeforeEach
    void startRedis() throws Exception {
        redis = keep(RedisProcess.start(folder, options()));
    }

    @AfterEach
    void closeAll() {
        List<Throwable> failures = new ArrayList<>();
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                failures.add(e);
            }
        }
        assertThat(failures).isEmpty();
    }

    <T extends AutoCloseable> T keep(T resource) {
        opened.push(resource);
        return resource;
    }

    SseHub keepHub(SseHub hub) {
        keep(hub::close);
        return hub;
    }

    RedisEventStore store() {
        return keep(RedisEventStore.builder(redis.uri(), KEY).build());
    }

    RedisEventStore storeAt(int port) {
        return keep(RedisEventStore.builder("redis://127.0.0.1:" + port, KEY).build());
    }

    /** What a tail tells, which has told where the history begins. */
    Told tail(EventStore store) throws Exception {
        Told told = telling(store);
        told.next("begins");
        return told;
    }

    /** What a tail tells, from where the history begins on. */
    static Told telling(EventStore store) throws Exception {
        Told told = new Told();
        get(store.tail(told));
        return told;
    }

    /** A sink that does something before it is told of an entry or of a loss. */
    static EventStore.Sink first(Consumer<StoredEntry> entry, Runnable lost, Told told) {
        return new EventStore.Sink() {
            @Override
            public void begins(EventId floor) {
                told.begins(floor);
            }

            @Override
            public void entry(EventId id, long time, StoredEntry stored) {
                entry.accept(stored);
                told.entry(id, time, stored);
            }

            @Override
            public void lost(EventId floor) {
                lost.run();
                told.lost(floor);
            }
        };
    }

    /** Has all that is behind a proxy be away from Redis. */
    static void cutOff(CuttingProxy proxy) {
        proxy.target(1);
        proxy.cutNow(CuttingProxy.Cut.RST);
    }

    /** What a tail tells of a copy that keeps {@code kept}, where a store appends that knows no other. */
    Told appendingToTheOlderCopy(EventStore unknowing) throws Exception {
        Told told = tail(unknowing);
        append(unknowing, "on the older copy");
        assertThat(told.nextData(2)).containsExactly("kept", "on the older copy");
        return told;
    }

    /** What a store appends all are told, next of all. */
    void assertGoesOn(EventStore store, Told... all) throws Exception {
        append(store, "after");
        for (Told told : all) {
            assertThat(told.nextData(1)).containsExactly("after");
        }
    }

    /** Waits until Redis has so many entries, its markers among them. */
    static void awaitEntries(RedisProcess of, int count) throws Exception {
        await(count + " entries", () -> {
            String reply = of.call("XLEN", KEY); // an error while it loads, or waits for its master
            return reply.matches("[0-9]+") && Integer.parseInt(reply) >= count;
        });
    }

    static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(Told.PATIENCE_SECONDS, SECONDS);
    }

    CompletableFuture<EventId> appending(EventStore store, String data) {
        return store.append(entry(data), "test-" + keys.incrementAndGet()).toCompletableFuture();
    }

    EventId append(EventStore store, String data) throws Exception {
        return get(appending(store, data));
    }

    static StoredEntry entry(String data) {
        return new StoredEntry(Kind.EVENT, "t", data.getBytes(UTF_8), null, null);
    }

    static long incarnation(EventId id) {
        return id.sequence() & 0xffff_ffffL;
    }

    /** What Redis has now. */
    Path copy() throws Exception {
        redis.call("SAVE");
        return Files.copy(folder.resolve("dump.rdb"), folder.resolve("older.rdb"));
    }

    /** Has Redis killed, and started with a copy. */
    void restore(Path copy) throws Exception {
        redis.kill();
        Files.copy(copy, folder.resolve("dump.rdb"), StandardCopyOption.REPLACE_EXISTING);
        redis.startAgain();
    }
}
