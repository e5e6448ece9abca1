package dev.freshet.netty.redis;

import static dev.freshet.harness.Conditions.await;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.EventId;
import dev.freshet.fixtures.CuttingProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Stores without idempotence. */
@Timeout(120)
class RedisIdempotenceTest extends RedisFixture {
    private RedisEventStore withoutIdempotence(String uri) {
        return keep(
                RedisEventStore.builder(uri, KEY).idempotence(Idempotence.NONE).build());
    }

    private RedisEventStore behind(CuttingProxy proxy) {
        return withoutIdempotence("redis://127.0.0.1:" + proxy.port());
    }

    @Test
    void redisKeepsNoRecordOfAStoreWithoutIdempotenceWhichSaysSo() throws Exception {
        RedisEventStore store = withoutIdempotence(redis.uri());
        append(store, "one");
        assertThat(store.isIdempotent()).isFalse();
        assertThat(redis.call("KEYS", "{" + KEY + "}:*")).isEqualTo("{" + KEY + "}:head");
    }

    @Test
    void aUserOfAStoreWithoutIdempotenceNeedsNoPermissionOfTheRecord() throws Exception {
        redis.call("ACL", "SETUSER", "hub", "on", ">pw", "~*", "+@all", "-hmget", "-hset", "-pexpire");
        RedisEventStore store = withoutIdempotence("redis://hub:pw@127.0.0.1:" + redis.port());
        Told told = tail(store);
        append(store, "one");
        assertThat(told.nextData(1)).containsExactly("one");
    }

    @Test
    void anAppendWhoseReplyIsLostFailsAtOnceAndItsRepetitionIsKeptToo() throws Exception {
        CuttingProxy proxy = keep(CuttingProxy.before(redis.port()));
        Told told = tail(store());
        RedisEventStore store = behind(proxy);
        append(store, "first");
        proxy.stall();
        CompletableFuture<EventId> second = store.append(entry("second"), "key").toCompletableFuture();
        awaitEntries(redis, 3);
        proxy.cutNow(CuttingProxy.Cut.RST);
        proxy.resume();
        assertThatThrownBy(() -> second.get(20, SECONDS)) // before the timeout of an append
                .cause()
                .isInstanceOfSatisfying(RedisStoreException.class, failure -> assertThat(failure.isNotKept())
                        .isFalse());

        get(store.append(entry("second"), "key"));

        assertThat(told.nextData(3)).containsExactly("first", "second", "second");
    }

    @Test
    void anAppendThatRedisHasCertainlyNotSeenIsSentAgain() throws Exception {
        Told told = tail(store());
        RedisEventStore store = withoutIdempotence(redis.uri());
        append(store, "first");
        redis.call("CONFIG", "SET", "replica-serve-stale-data", "no");
        redis.call("REPLICAOF", "127.0.0.1", "1");
        CompletableFuture<EventId> second = appending(store, "second");
        await("Redis has refused it", () -> store.stats().problem() != null);
        redis.call("REPLICAOF", "NO", "ONE");
        get(second);
        assertThat(told.nextData(2)).containsExactly("first", "second");
    }

    @Test
    void anAppendFailsAtOnceWhereRedisRefusesTheConnection() {
        RedisEventStore store = keep(RedisEventStore.builder(redis.uri() + "/99", KEY)
                .idempotence(Idempotence.NONE)
                .appendTimeout(Duration.ofHours(1))
                .build());
        assertThatThrownBy(() -> get(appending(store, "one")))
                .cause()
                .isInstanceOf(RedisStoreException.class)
                .hasMessageContaining("DB index is out of range");
    }

    @Test
    void whereverTheConnectionIsCutWhatIsAcknowledgedIsKeptOnceAndInOrderAndTheRestAtMostOnce() throws Exception {
        int events = 20_000;
        CuttingProxy proxy = keep(CuttingProxy.before(redis.port()));
        Told told = tail(store());
        RedisEventStore store = behind(proxy);
        append(store, "first");
        List<CompletableFuture<EventId>> appended = new ArrayList<>();
        proxy.stall();
        IntStream.range(0, events).forEach(i -> appended.add(appending(store, "" + i)));
        awaitEntries(redis, 3); // the marker, the first, and one whose reply does not arrive
        proxy.cutNow(CuttingProxy.Cut.RST);
        proxy.resume();
        for (int kept = 1_000; kept <= events / 5; kept += 1_000) {
            awaitEntries(redis, kept);
            proxy.cutNow(CuttingProxy.Cut.RST);
        }
        List<String> acknowledged = new ArrayList<>();
        for (int i = 0; i < events; i++) {
            String data = "" + i;
            boolean isKept =
                    appended.get(i).handle((id, failure) -> failure == null).get(60, SECONDS);
            if (isKept) {
                acknowledged.add(data);
            }
        }
        append(store(), "last"); // through a connection that is not cut

        assertThat(told.nextData(1)).containsExactly("first");
        List<String> delivered = new ArrayList<>();
        do {
            delivered.addAll(told.nextData(1));
        } while (!delivered.get(delivered.size() - 1).equals("last"));
        assertThat(delivered).doesNotHaveDuplicates();
        assertThat(acknowledged).as("some replies were lost").hasSizeLessThan(events);
        assertThat(in(delivered, acknowledged)).isEqualTo(acknowledged);
    }

    /** Of a list what others have, in its order. */
    private static List<String> in(List<String> list, Collection<String> others) {
        HashSet<String> known = new HashSet<>(others);
        return list.stream().filter(known::contains).toList();
    }
}
