package dev.freshet.netty.redis;

import static dev.freshet.harness.Conditions.await;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.EventId;
import dev.freshet.fixtures.CuttingProxy;
import dev.freshet.store.EventStore;
import dev.freshet.store.StoreStats;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What a store in Redis tells of itself. */
class RedisStatsTest extends RedisFixture {
    @Override
    String[] options() {
        return new String[] {"--appendonly", "yes"};
    }

    @Test
    void oneThatDoesWellHasNoProblem() throws Exception {
        RedisEventStore store = store();
        Told told = tail(store);
        append(store, "one");
        told.nextData(1);

        // a moment behind what the sink was told
        await("the tail is not behind", () -> store.stats().behind() == 0);
        assertThat(store.stats()).isEqualTo(new StoreStats(0, 0, 0, 0, null));
    }

    @Test
    void whileRedisIsAwayItSaysSoAndWhatWaitsIsCounted() throws Exception {
        RedisEventStore store = store();
        Told told = tail(store);
        append(store, "before");
        told.nextData(1);

        redis.stop();
        CompletableFuture<EventId> meanwhile = appending(store, "meanwhile");
        await("there is a problem", () -> store.stats().problem() != null);
        assertThat(store.stats().problem()).contains(redis.uri());
        assertThat(store.stats().waitingBytes()).isPositive();
        redis.startAgain();
        get(meanwhile);
        told.nextData(1);

        // a moment behind what the sink was told
        await("there is no problem", () -> store.stats().problem() == null);
        assertThat(store.stats().waitingBytes()).isZero();
        assertThat(store.stats().reconnects()).isPositive();
        assertThat(store.stats().failedChecks()).isZero();
    }

    private void append(EventStore store, int entries) throws Exception {
        List<CompletableFuture<EventId>> all = new ArrayList<>();
        for (int i = 0; i < entries; i++) {
            all.add(appending(store, "entry " + i));
        }
        for (CompletableFuture<EventId> each : all) {
            get(each);
        }
    }

    /** A sink that holds its tail at the first entry until it is told to go on. */
    private static EventStore.Sink held(CountDownLatch goOn, Told told) {
        return first(
                entry -> {
                    try {
                        assertThat(goOn.await(Told.PATIENCE_SECONDS, SECONDS)).isTrue();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                },
                () -> {},
                told);
    }

    @Test
    void atItsBeginningATailIsBehindByAllThatTheStreamHas() throws Exception {
        append(store(), 3000);
        RedisEventStore store = store();
        CountDownLatch goOn = new CountDownLatch(1);
        CompletableFuture<EventStore.Tail> begun =
                store.tail(held(goOn, new Told())).toCompletableFuture();

        await("it is behind by all", () -> store.stats().behind() == 3000);
        goOn.countDown();

        get(begun);
        await("it has delivered all", () -> store.stats().behind() == 0);
    }

    /** A tail that is cut off from Redis, and held at the first entry that it then reads. */
    private final class CutOff {
        final CuttingProxy proxy = keep(CuttingProxy.before(redis.port()));
        final RedisEventStore store = storeAt(proxy.port());
        private final CountDownLatch goOn = new CountDownLatch(1);
        private final Told told = new Told();

        CutOff() throws Exception {
            get(store.tail(held(goOn, told)));
            cutOff(proxy);
            await("there is a problem", () -> store.stats().problem() != null);
        }

        void reconnect() {
            proxy.target(redis.port());
        }

        void isBehindBy(long entries) throws Exception {
            await("it is behind by " + entries, () -> store.stats().behind() == entries);
        }

        void deliverAll(String last) throws Exception {
            goOn.countDown();
            told.until(last);
            isBehindBy(0);
        }
    }

    @Test
    void onceItIsReconnectedATailIsBehindByWhatWasAppendedMeanwhile() throws Exception {
        CutOff tail = new CutOff();
        append(store(), 3000);
        assertThat(tail.store.stats().behind()).as("what it does not know").isZero();

        tail.reconnect();

        tail.isBehindBy(3000);
        tail.deliverAll("entry 2999");
    }

    @Test
    void aTailIsNotBehindByWhatWasTrimmedBeforeItHasReadIt() throws Exception {
        CutOff tail = new CutOff();
        append(store(), 3000);
        redis.call("XTRIM", KEY, "MAXLEN", "1200");

        tail.reconnect();

        tail.isBehindBy(1200);
        tail.deliverAll("entry 2999");
    }

    @Test
    void aHistoryThatIsGoneIsAFailedCheck() throws Exception {
        RedisEventStore store = store();
        Told told = tail(store);
        append(store, "before");
        told.nextData(1);

        redis.call("DEL", KEY);
        append(store, "after");

        told.next("lost");
        assertThat(store.stats().failedChecks()).isEqualTo(1);
    }

    @Test
    void thatTheMemoryIsFullIsAProblemUntilAnAppendIsKept() throws Exception {
        RedisEventStore store = store();
        append(store, "one");
        redis.call("CONFIG", "SET", "maxmemory", "1");
        assertThatThrownBy(() -> append(store, "two")).hasMessageContaining("OOM");

        tail(store); // which has the stream checked

        assertThat(store.stats().problem()).contains("Redis is out of memory");
        redis.call("CONFIG", "SET", "maxmemory", "0");
        append(store, "three");
        assertThat(store.stats().problem()).isNull();
    }

    @Test
    void oneThatIsClosedSaysSo() {
        RedisEventStore store = store();
        store.close();

        assertThat(store.stats().problem()).isEqualTo("store: closed");
    }
}
