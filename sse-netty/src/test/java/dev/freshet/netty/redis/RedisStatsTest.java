package dev.freshet.netty.redis;

import static dev.freshet.fixtures.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.EventId;
import dev.freshet.store.StoreStats;
import java.util.concurrent.CompletableFuture;
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
