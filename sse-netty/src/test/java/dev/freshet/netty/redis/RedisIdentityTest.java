package dev.freshet.netty.redis;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.fixtures.CuttingProxy;
import dev.freshet.store.EventStore;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Histories are told apart by what was appended, not by the order of its ids. */
class RedisIdentityTest extends RedisFixture {

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(Told.PATIENCE_SECONDS, SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whatWasAcknowledgedButNotReadBeforeItWasLostIsToldAsALoss() throws Exception {
        CuttingProxy proxy = keep(CuttingProxy.before(redis.port()));
        EventStore store = storeAt(proxy.port());
        Told lagging = new Told();
        CountDownLatch mayTake = new CountDownLatch(1);
        get(store.tail(first(entry -> await(mayTake), () -> {}, lagging)));
        lagging.next("begins");
        append(store, "kept");
        Path copy = copy();
        EventId gone = append(store, "gone");
        proxy.target(1);
        restore(copy);
        EventStore unknowing = store();
        Told other = appendingToTheOlderCopy(unknowing);

        proxy.target(redis.port());
        mayTake.countDown();

        EventId floor = other.next("lost");
        assertThat(floor).isGreaterThan(gone);
        assertThat(lagging.nextData(2)).containsExactly("kept", "on the older copy");
        assertThat(lagging.next("lost")).isEqualTo(floor);
        assertGoesOn(unknowing, lagging, other);
    }

    @Test
    void anEntryOfAnotherHistoryIsNotTakenForTheOneThatHadItsId() throws Exception {
        CuttingProxy proxy = keep(CuttingProxy.before(redis.port()));
        EventStore store = storeAt(proxy.port());
        append(store, "first");
        redis.call("XSETID", KEY, "9000000000000-0"); // from now on each id is the one after the last
        append(store, "kept");
        Told remembers = telling(store);
        Path copy = copy();
        EventId gone = append(store, "gone");
        remembers.until("gone");
        proxy.target(1);
        restore(copy);
        EventStore unknowing = store();
        assertThat(append(unknowing, "on the older copy"))
                .as("the same id, so that order tells nothing")
                .isEqualTo(gone);
        Told other = telling(unknowing);
        other.until("on the older copy");

        proxy.target(redis.port());

        EventId floor = other.next("lost");
        assertThat(remembers.next("lost")).isEqualTo(floor);
        assertGoesOn(unknowing, remembers, other);
    }

    @Test
    void aStoreThatBeginsWhereAllIsTrimmedGoesOnWithTheHistory() throws Exception {
        EventStore store = store();
        Told there = tail(store);
        append(store, "one");
        EventId two = append(store, "two");
        there.nextData(2);
        redis.call("XTRIM", KEY, "MAXLEN", "0");

        EventStore late = store();
        Told told = telling(late);
        append(late, "three");

        assertThat(told.next("begins")).isEqualTo(two);
        assertThat(told.nextData(1)).containsExactly("three");
        assertThat(there.nextData(1)).containsExactly("three");
    }

    @Test
    void whoReadTheNewestBeforeItWasDeletedIsToldNothing() throws Exception {
        EventStore store = store();
        Told told = tail(store);
        append(store, "one");
        EventId two = append(store, "two");
        told.nextData(2);

        redis.call("XDEL", KEY, streamId(two));
        append(store, "three");

        assertThat(told.nextData(1)).containsExactly("three");
    }

    @Test
    void whoWasAwayWhileTheStreamWasTrimmedAndAppendsDoesNotResetTheOthers() throws Exception {
        CuttingProxy proxy = keep(CuttingProxy.before(redis.port()));
        EventStore there = store();
        Told byThere = tail(there);
        EventStore away = storeAt(proxy.port());
        Told byAway = tail(away);
        append(away, "one");
        byAway.nextData(1);
        cutOff(proxy);
        append(there, "two");
        append(there, "three");
        assertThat(byThere.nextData(3)).containsExactly("one", "two", "three");
        redis.call("XTRIM", KEY, "MAXLEN", "1");

        proxy.target(redis.port());
        EventId four = append(away, "four");

        assertThat(byThere.nextData(1)).containsExactly("four");
        assertThat(incarnation(byAway.next("lost"))).isEqualTo(incarnation(four));
        assertThat(byAway.nextData(2)).containsExactly("three", "four");
    }

    private static String streamId(EventId id) {
        return id.millis() + "-" + (id.sequence() >>> 32);
    }
}
