package dev.freshet.netty.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.EventId;
import dev.freshet.fixtures.CuttingProxy;
import dev.freshet.store.EventStore;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a tail goes on after. */
class RedisTailTest extends RedisFixture {

    private static void failOnce(AtomicInteger calls) {
        if (calls.getAndIncrement() == 0) {
            throw new IllegalStateException("not the first");
        }
    }

    @Test
    void aSinkThatCannotBeToldOfALossIsToldLater() throws Exception {
        EventStore store = store();
        Told told = new Told();
        AtomicInteger losses = new AtomicInteger();
        get(store.tail(first(entry -> {}, () -> failOnce(losses), told)));
        told.next("begins");
        append(store, "before");
        told.nextData(1);

        redis.call("DEL", KEY);
        append(store, "after");

        told.next("lost");
        assertThat(told.nextData(1)).containsExactly("after");
    }

    @Test
    void whatTheSinkTakesNeitherAsAnEntryNorAsALossIsToldLater() throws Exception {
        EventStore store = store();
        Told told = new Told();
        AtomicInteger entries = new AtomicInteger();
        AtomicInteger losses = new AtomicInteger();
        get(store.tail(first(entry -> failOnce(entries), () -> failOnce(losses), told)));
        told.next("begins");

        EventId one = append(store, "one");

        assertThat(told.next("lost")).isEqualTo(one);
        append(store, "two");
        assertThat(told.nextData(1)).containsExactly("two");
    }

    @Test
    void anInterruptThatUserCodeLeavesEndsNothing() throws Exception {
        EventStore store = store();
        Told told = new Told();
        get(store.tail(first(entry -> Thread.currentThread().interrupt(), () -> {}, told)));
        told.next("begins");

        CompletableFuture<EventId> one = appending(store, "one");
        get(one.thenRun(() -> Thread.currentThread().interrupt()));
        append(store, "two");
        append(store, "three");

        assertThat(told.nextData(3)).containsExactly("one", "two", "three");
    }

    @Test
    void anIdThatNoPositionHoldsIsSaidAndOnceItIsGoneItGoesOn() throws Exception {
        EventStore store = store();
        Told told = tail(store);
        append(store, "before");
        told.nextData(1);

        redis.call("XADD", KEY, "9223372036854775808-0", "a", "b");
        assertThatThrownBy(() -> append(store, "not this one"))
                .hasCauseInstanceOf(RedisStoreException.class)
                .hasMessageContaining("9223372036854775808-0 (expected: milliseconds below 2^53)");
        redis.call("DEL", KEY);
        append(store, "after");

        told.next("lost");
        assertThat(told.nextData(1)).containsExactly("after");
    }

    @Test
    void aTailWhoseAnswersAreCutAsksForLessAtOnce() throws Exception {
        CuttingProxy proxy = keep(CuttingProxy.before(redis.port()));
        Told told = tail(storeAt(proxy.port()));
        EventStore store = store();
        cutOff(proxy);
        List<String> large =
                IntStream.range(0, 20).mapToObj(i -> i + "x".repeat(256 * 1024)).toList();
        for (String data : large) {
            append(store, data);
        }

        proxy.cutAfter(1_000_000, CuttingProxy.Cut.RST);
        proxy.target(redis.port());

        assertThat(told.nextData(large.size())).isEqualTo(large);
    }

    @Test
    void theTailOfAClosedStoreFailsAtOnce() {
        RedisEventStore store = store();
        store.close();

        assertThat(store.tail(new Told()).toCompletableFuture()).isCompletedExceptionally();
    }
}
