package dev.freshet.netty.redis;

import static dev.freshet.harness.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.EventId;
import dev.freshet.fixtures.CuttingProxy;
import dev.freshet.hub.SseHub;
import dev.freshet.store.EventStore;
import dev.freshet.store.EventStoreException;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What Redis refuses, and what becomes of appends when a connection fails. */
class RedisFailuresTest extends RedisFixture {
    private static final String HEAD = "{" + KEY + "}:head";

    private RedisEventStore storeAt(String uri) {
        return keep(RedisEventStore.builder(uri, KEY).build());
    }

    private static void assertTailFails(EventStore store, String message) {
        assertThatThrownBy(() -> get(store.tail(new Told())))
                .hasCauseInstanceOf(RedisStoreException.class)
                .hasMessageContaining(message);
    }

    private void assertAppendFails(EventStore store, String message) {
        assertThatThrownBy(() -> append(store, "one"))
                .hasCauseInstanceOf(RedisStoreException.class)
                .hasMessageContaining(message);
    }

    private static void assertNotKept(CompletableFuture<EventId> append) {
        assertNotKept(append, true);
    }

    private static void assertNotKept(CompletableFuture<EventId> append, boolean isCertain) {
        assertThat(append)
                .failsWithin(Duration.ofSeconds(Told.PATIENCE_SECONDS))
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(EventStoreException.class, failure -> assertThat(failure.isNotKept())
                        .isEqualTo(isCertain));
    }

    @Test
    void whereNothingListensAHubSaysSoAtOnce() {
        redis.close();

        assertThatThrownBy(() -> SseHub.builder().store(store()).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("store: cannot load what it keeps: " + redis.uri() + ": ")
                .hasMessageContaining("refused");
    }

    @Test
    void aWrongPasswordIsSaid() throws Exception {
        redis.call("CONFIG", "SET", "requirepass", "right");

        String uri = "redis://:wrong@127.0.0.1:" + redis.port();

        assertTailFails(storeAt(uri), "the user or the password is wrong: WRONGPASS");
        assertAppendFails(storeAt(uri), "the user or the password is wrong: WRONGPASS");
        assertTailFails(store(), "a password is needed: NOAUTH");
    }

    @Test
    void aMissingPermissionIsSaid() throws Exception {
        redis.call("ACL", "SETUSER", "reader", "on", ">pw", "~*", "+@all", "-xadd");
        redis.call("ACL", "SETUSER", "stranger", "on", ">pw", "~other", "+@all");

        assertTailFails(storeAt("redis://reader:pw@127.0.0.1:" + redis.port()), "the user lacks a permission: ");
        assertTailFails(storeAt("redis://stranger:pw@127.0.0.1:" + redis.port()), "the user lacks a permission: ");
    }

    @Test
    void aKeyThatHoldsSomethingElseIsSaid() throws Exception {
        redis.call("SET", KEY, "text");

        assertTailFails(store(), "the key holds something else than a stream: WRONGTYPE");
        assertAppendFails(store(), "the key holds something else than a stream: WRONGTYPE");
    }

    @Test
    void aReplicaIsSaid() throws Exception {
        redis.call("REPLICAOF", "127.0.0.1", "1");

        assertTailFails(store(), "it is a replica: READONLY");
        try (RedisEventStore hasty = RedisEventStore.builder(redis.uri(), KEY)
                .appendTimeout(Duration.ofSeconds(5))
                .build()) {
            assertAppendFails(hasty, "it is a replica: READONLY");
        }
    }

    @Test
    void aFullMemoryIsSaidAndWhatIsThereIsStillRead() throws Exception {
        EventStore store = store();
        append(store, "one");
        redis.call("CONFIG", "SET", "maxmemory", "1");

        assertAppendFails(store, "Redis is out of memory: OOM");
        assertNotKept(appending(store, "one"));
        assertThat(tail(store).nextData(1)).containsExactly("one");
    }

    @Test
    void anErrorOfAScriptThatIsNotKnownMayComeBehindAnEntry() throws Exception {
        EventStore store = store();
        append(store, "one");
        breakHead();

        assertNotKept(appending(store, "two"), false);
    }

    /** Has every append fail with an error of the script behind its first entry; returns the head that it had. */
    private String breakHead() throws Exception {
        String before = redis.call("GET", HEAD);
        redis.call("EVAL", "redis.call('SET', KEYS[1], (redis.call('GET', KEYS[1]):gsub('%S+$', 'none')))", "1", HEAD);
        return before;
    }

    @Test
    void anAppendBehindOneWhoseErrorIsNotKnownMayBeKeptToo() throws Exception {
        CuttingProxy proxy = keep(CuttingProxy.before(redis.port()));
        RedisURI uri = RedisURI.create("redis://127.0.0.1:" + proxy.port());
        Duration patience = Duration.ofSeconds(25);
        RedisEventStore store = keep(new RedisEventStore(new StoreOptions(
                uri,
                "redis",
                KEY,
                32,
                patience,
                patience,
                patience,
                10,
                10_000,
                InFlightPolicy.FAIL,
                Idempotence.BY_KEY)));
        append(store, "one");
        proxy.stall();
        CompletableFuture<EventId> before = appending(store, "before"); // its reply is awaited while the others come
        awaitEntries(redis, 3);
        breakHead();
        redis.call("CONFIG", "RESETSTAT");
        CompletableFuture<EventId> first = appending(store, "two");
        CompletableFuture<EventId> second = appending(store, "three"); // a batch is one entry, so three are in flight
        CompletableFuture<EventId> third = appending(store, "four");
        CompletableFuture<Void> stalled = before.thenRun(proxy::stall); // before they are sent, by the same thread
        proxy.resume();
        get(stalled);
        await("three batches at Redis", () -> scriptCalls() >= 3);
        second.whenComplete((id, failure) -> store.close()); // before the third is sent again
        proxy.resume();

        assertNotKept(first, false);
        assertNotKept(second, false);
        assertNotKept(third, false);
    }

    private int scriptCalls() throws Exception {
        Matcher calls = Pattern.compile("cmdstat_evalsha:calls=(\\d+)").matcher(redis.call("INFO", "commandstats"));
        return calls.find() ? Integer.parseInt(calls.group(1)) : 0;
    }

    @Test
    void aRetryOfAnAppendThatMayBeKeptIsNotKeptTwice() throws Exception {
        EventStore store = store();
        append(store, "one");
        String head = breakHead();
        assertNotKept(store.append(entry("two"), "two").toCompletableFuture(), false);
        redis.call("SET", HEAD, head);
        String length = redis.call("XLEN", KEY);

        assertNotKept(store.append(entry("two"), "two").toCompletableFuture(), false);
        assertThat(redis.call("XLEN", KEY)).isEqualTo(length);
    }

    @Test
    void anAppendWhoseRecordIsLostMayBeKept() throws Exception {
        EventStore store = store();
        append(store, "one");
        redis.call("EVAL", """
            for _, key in ipairs(redis.call('KEYS', '*')) do
              if redis.call('TYPE', key).ok == 'hash' then
                redis.call('HSET', key, 'last', '1000')
              end
            end\
            """, "0");

        assertNotKept(appending(store, "two"), false);
    }

    @Test
    void anAppendInFlightMayBeKeptWhereItsStoreIsClosed() throws Exception {
        CuttingProxy proxy = keep(CuttingProxy.before(redis.port()));
        RedisEventStore store = storeAt(proxy.port());
        append(store, "one");
        proxy.stall();
        CompletableFuture<EventId> second = appending(store, "two");
        awaitEntries(redis, 3);
        store.close();

        assertNotKept(second, false);
    }

    @Test
    void moreInFlightThanMayBeFailsAtOnce() throws Exception {
        CuttingProxy proxy = keep(CuttingProxy.before(redis.port()));
        RedisEventStore store = keep(RedisEventStore.builder("redis://127.0.0.1:" + proxy.port(), KEY)
                .maxInFlightEvents(2)
                .build());
        Told told = tail(store);
        proxy.stall();

        CompletableFuture<EventId> first = appending(store, "one");
        CompletableFuture<EventId> second = appending(store, "two");
        CompletableFuture<EventId> third = appending(store, "three");

        assertThat(third).isCompletedExceptionally();
        assertThatThrownBy(third::join).hasMessageContaining("(expected: at most 2 events and ");
        assertNotKept(third);
        proxy.resume();
        assertThat(get(first)).isLessThan(get(second));
        assertThat(told.nextData(2)).containsExactly("one", "two");
        append(store, "four");
        assertThat(told.nextData(1)).containsExactly("four");
    }

    @Test
    void moreBytesInFlightThanMayBeFailAtOnce() throws Exception {
        CuttingProxy proxy = keep(CuttingProxy.before(redis.port()));
        RedisEventStore store = keep(RedisEventStore.builder("redis://127.0.0.1:" + proxy.port(), KEY)
                .maxInFlightBytes(1)
                .build());
        proxy.stall();

        CompletableFuture<EventId> alone = appending(store, "one");
        CompletableFuture<EventId> second = appending(store, "two");

        assertThatThrownBy(second::join).hasMessageContaining("events and 1 bytes)");
        proxy.resume();
        get(alone);
    }

    /** Has Redis append an event whose answer is lost with the connection. */
    private CompletableFuture<EventId> appendingWithoutAnAnswer(CuttingProxy proxy, EventStore store) throws Exception {
        append(store, "first");
        proxy.stall();
        CompletableFuture<EventId> appended = appending(store, "second");
        awaitEntries(redis, 3);
        proxy.cutNow(CuttingProxy.Cut.RST);
        proxy.resume();
        return appended;
    }

    @Test
    void anAppendWhoseAnswerIsLostIsKeptOnce() throws Exception {
        CuttingProxy proxy = keep(CuttingProxy.before(redis.port()));
        Told told = tail(store());
        EventStore store = storeAt(proxy.port());

        EventId second = get(appendingWithoutAnAnswer(proxy, store));
        append(store, "third");

        assertThat(told.next(3)).extracting(Told.Call::data).containsExactly("first", "second", "third");
        assertThat(redis.call("XREVRANGE", KEY, "+", "-")).contains("" + second.millis());
    }
}
