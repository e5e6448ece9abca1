package dev.freshet.netty.redis;

import static dev.freshet.netty.redis.StreamEntry.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.EventId;
import dev.freshet.fixtures.CuttingProxy;
import dev.freshet.store.EventStore;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of batches. */
class RedisAppendTest extends RedisFixture {
    private static final Duration SHORT = Duration.ofSeconds(5);

    private StoreOptions storeOptions(Duration patience) {
        RedisURI uri = RedisURI.create(redis.uri());
        return new StoreOptions(
                uri,
                "redis",
                KEY,
                10_000,
                patience,
                patience,
                patience,
                10,
                10_000,
                InFlightPolicy.FAIL,
                Idempotence.BY_KEY);
    }

    private Link link(StoreOptions options) {
        RedisClient client = RedisClient.create();
        keep(client::shutdown);
        return new Link(client, options, options.appenderTimeout(), new RedisCounts());
    }

    private Link link() {
        return link(storeOptions(SHORT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"P30000D", "PT2562047788015215H"})
    void anAgeFromBefore1970TrimsNothingAndFailsNothing(String age) throws Exception {
        RedisEventStore store = keep(RedisEventStore.builder(redis.uri(), KEY)
                .maxAge(Duration.parse(age))
                .build());

        append(store, "one");

        assertThat(tail(store).nextData(1)).containsExactly("one");
    }

    @Test
    void whatIsTooShortOrTooLongIsRefused() {
        RedisEventStoreBuilder builder = RedisEventStore.builder(redis.uri(), KEY);

        assertThatThrownBy(() -> builder.maxEvents(9_999)).hasMessage("maxEvents: 9999 (expected: >= 10000)");
        assertThatThrownBy(() -> builder.maxAge(Duration.ofSeconds(59)))
                .hasMessage("maxAge: PT59S (expected: >= PT1M)");
        assertThatThrownBy(() -> builder.timeout(Duration.ofDays(2))).hasMessage("timeout: PT48H (expected: <= PT24H)");
    }

    @Test
    void whatIsInFlightIsAppendedOnceAndInOrderWhereverTheConnectionIsCut() throws Exception {
        int events = 20_000;
        CuttingProxy proxy = keep(CuttingProxy.before(redis.port()));
        Told told = tail(store());
        EventStore store = storeAt(proxy.port());
        append(store, "0");
        List<String> all = IntStream.range(0, events).mapToObj(i -> "" + i).toList();

        proxy.stall();
        List<CompletableFuture<EventId>> appended =
                all.stream().skip(1).map(data -> appending(store, data)).toList();
        awaitEntries(redis, 3);
        proxy.cutNextAfter(1_000, CuttingProxy.Cut.RST); // after the handshake, before all is appended
        proxy.cutNow(CuttingProxy.Cut.RST);
        proxy.resume();
        for (int kept = 1; kept < events; kept += 1_000) {
            awaitEntries(redis, kept);
            proxy.cutNow(CuttingProxy.Cut.RST);
        }

        assertThat(told.nextData(events)).isEqualTo(all);
        assertThat(appended).allSatisfy(one -> assertThat(get(one)).isNotNull());
        assertThat(proxy.accepted()).isGreaterThan(2);
    }

    @Test
    void anAppendThatTimedOutThoughItWasKeptIsFoundByItsKey() throws Exception {
        CuttingProxy proxy = keep(CuttingProxy.before(redis.port()));
        Told told = tail(store());
        EventStore store = keep(RedisEventStore.builder("redis://127.0.0.1:" + proxy.port(), KEY)
                .timeout(SHORT)
                .appendTimeout(SHORT)
                .build());
        append(store, "first");
        proxy.stall();
        CompletableFuture<EventId> second = store.append(entry("second"), "key").toCompletableFuture();
        awaitEntries(redis, 3);
        assertThatThrownBy(() -> get(second))
                .cause()
                .isInstanceOfSatisfying(RedisStoreException.class, failure -> assertThat(failure.isNotKept())
                        .isFalse());

        proxy.cutNow(CuttingProxy.Cut.RST);
        proxy.resume();
        EventId retried = get(store.append(entry("second"), "key"));

        assertThat(told.nextData(2)).containsExactly("first", "second");
        append(store, "third");
        assertThat(told.next("entry")).isGreaterThan(retried);
    }

    /** Has a batch of one appended, by a script that has to be done by a time of Redis's. */
    private List<String> append(Link link, String session, String number, String deadline) {
        String[] keys = {KEY, "{" + KEY + "}:head", "{" + KEY + "}:" + session};
        String[] arguments = {
            "0-0",
            "-",
            "0-0",
            "-",
            "10000",
            "60000",
            deadline,
            "60000",
            number,
            "4",
            "1",
            "token",
            "EVENT - - t",
            "body"
        };
        byte[][] all = new byte[arguments.length][];
        for (int i = 0; i < all.length; i++) {
            all[i] = bytes(arguments[i]);
        }
        return Script.APPEND.run(link, keys, all);
    }

    @Test
    void aBatchThatComesTooLateIsNotAppendedWhateverRedisRemembers() throws Exception {
        append(store(), "one");
        Link link = link();
        List<String> first = append(link, "other", "1", "9000000000000");
        assertThat(first).first().isEqualTo("DONE");
        assertThat(append(link, "other", "1", "1").subList(2, 5))
                .as("the same, whenever it comes")
                .isEqualTo(first.subList(2, 5));

        redis.call("DEL", "{" + KEY + "}:other");

        assertThat(append(link, "other", "1", "1")).first().isEqualTo("OVERDUE");
        assertThat(redis.call("XLEN", KEY)).isEqualTo("3");
    }

    @Test
    void whatAnAppenderDidIsRememberedLongerThanItMayTry() throws Exception {
        RedisEventStore store = keep(RedisEventStore.builder(redis.uri(), KEY)
                .timeout(Duration.ofHours(1))
                .appendTimeout(Duration.ofHours(2))
                .build());
        append(store, "one");

        String record = redis.call("KEYS", "{" + KEY + "}:*")
                .lines()
                .filter(key -> !key.endsWith(":head"))
                .findAny()
                .orElseThrow();

        assertThat(Duration.ofMillis(Long.parseLong(redis.call("PTTL", record))))
                .isGreaterThan(Duration.ofHours(4));
    }

    @Test
    void allThatWaitsFailsWithTheFirstThatRedisRefusesToAll() throws Exception {
        int events = 20_000;
        CuttingProxy proxy = keep(CuttingProxy.before(redis.port()));
        EventStore store = storeAt(proxy.port());
        append(store, "first");
        proxy.stall();
        redis.call("CONFIG", "RESETSTAT");
        redis.call("CONFIG", "SET", "min-replicas-to-write", "1");
        List<CompletableFuture<EventId>> appended = IntStream.range(0, events)
                .mapToObj(i -> appending(store, "" + i))
                .toList();

        proxy.resume();

        for (CompletableFuture<EventId> each : appended) {
            assertThatThrownBy(() -> get(each)).hasMessageContaining("NOREPLICAS");
        }
        assertThat(redis.call("INFO", "errorstats"))
                .as("a window, not a batch after the other")
                .containsPattern("errorstat_NOREPLICAS:count=[1-9]\\b");
    }

    @Test
    void nothingButWhatTheThreadIsThereForEndsABackOff() {
        Link link = link();
        link.backOff();
        link.backOff();

        link.call(commands -> commands.info("server"));

        assertThat(link.failures()).isEqualTo(2);
        link.succeeded();
        assertThat(link.failures()).isZero();
        link.close();
    }
}
