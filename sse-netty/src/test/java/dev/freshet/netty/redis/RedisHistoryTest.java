package dev.freshet.netty.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.fixtures.CuttingProxy;
import dev.freshet.harness.RedisProcess;
import dev.freshet.store.EventStore;
import dev.freshet.store.StoredEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What tails tell of a stream that somebody changed. */
class RedisHistoryTest extends RedisFixture {

    @Test
    void aTrimmedStreamBeginsWithTheLastThatIsGone() throws Exception {
        EventStore store = store();
        append(store, "one");
        EventId last = append(store, "two");
        append(store, "three");
        redis.call("XTRIM", KEY, "MAXLEN", "1");

        Told told = telling(store());

        assertThat(told.next("begins")).isEqualTo(last);
        assertThat(told.nextData(1)).containsExactly("three");
    }

    @ParameterizedTest
    @ValueSource(strings = {"DEL " + KEY, "FLUSHALL"})
    void aStreamThatIsGoneIsToldAtOnePlaceAndAppendingGoesOn(String command) throws Exception {
        EventStore one = store();
        EventStore other = store();
        Told byOne = tail(one);
        Told byOther = tail(other);
        EventId before = append(one, "before");
        byOne.next("entry");
        byOther.next("entry");

        redis.call(command.split(" ", -1));
        EventId after = append(other, "after");

        EventId floor = byOne.next("lost");
        assertThat(byOther.next("lost")).isEqualTo(floor);
        assertThat(floor).isGreaterThan(before);
        assertThat(after).isGreaterThan(floor);
        assertThat(byOne.next("entry")).isEqualTo(after);
        assertThat(byOther.next("entry")).isEqualTo(after);
        assertThat(incarnation(floor)).isNotEqualTo(incarnation(before)).isEqualTo(incarnation(after));
    }

    @Test
    void aStreamThatIsGoneIsFoundWhereNothingIsAppended() throws Exception {
        Told told = tail(store());

        redis.call("DEL", KEY);

        told.next("lost");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1"})
    void whoReadAllBeforeATrimmingIsToldNothing(String length) throws Exception {
        EventStore store = store();
        Told told = tail(store);
        append(store, "one");
        append(store, "two");
        told.nextData(2);

        redis.call("XTRIM", KEY, "MAXLEN", length);
        append(store, "three");

        assertThat(told.nextData(1)).containsExactly("three");
    }

    @Test
    void whoWasAwayWhileWhatCameWasTrimmedIsToldWhereItGoesOn() throws Exception {
        CuttingProxy proxy = keep(CuttingProxy.before(redis.port()));
        EventStore store = store();
        Told there = tail(store);
        Told away = tail(storeAt(proxy.port()));
        cutOff(proxy);
        append(store, "one");
        EventId last = append(store, "two");
        append(store, "three");
        assertThat(there.nextData(3)).containsExactly("one", "two", "three");
        redis.call("XTRIM", KEY, "MAXLEN", "1");

        proxy.target(redis.port());

        assertThat(away.next("lost")).isEqualTo(last);
        assertThat(away.nextData(1)).containsExactly("three");
    }

    @Test
    void anOlderCopyIsToldAtOnePlaceBeforeAnythingElse() throws Exception {
        EventStore one = store();
        Told byOne = tail(one);
        Told byOther = tail(store());
        append(one, "kept");
        Path copy = copy();
        EventId gone = append(one, "gone");
        byOne.nextData(2);
        byOther.nextData(2);

        restore(copy);
        append(one, "after");

        EventId floor = byOne.next("lost");
        assertThat(byOther.next("lost")).isEqualTo(floor).isGreaterThan(gone);
        assertThat(byOne.nextData(1)).containsExactly("after");
        assertThat(byOther.nextData(1)).containsExactly("after");
    }

    @Test
    void whatAnotherStoreAppendedToAnOlderCopyIsNotTakenForWhatFollows() throws Exception {
        CuttingProxy proxy = keep(CuttingProxy.before(redis.port()));
        EventStore store = storeAt(proxy.port());
        Told remembers = tail(store);
        append(store, "kept");
        Path copy = copy();
        EventId gone = append(store, "gone");
        remembers.nextData(2);
        proxy.target(1);
        restore(copy);
        EventStore unknowing = store();
        Told other = appendingToTheOlderCopy(unknowing);

        proxy.target(redis.port());

        EventId floor = remembers.next("lost");
        assertThat(other.next("lost")).isEqualTo(floor).isGreaterThan(gone);
        assertGoesOn(unknowing, remembers, other);
    }

    @Test
    void aPromotedReplicaThatLacksEntriesIsToldAtOnePlace() throws Exception {
        RedisProcess replica = keep(RedisProcess.start(Files.createDirectory(folder.resolve("replica"))));
        CuttingProxy proxy = keep(CuttingProxy.before(redis.port()));
        EventStore one = storeAt(proxy.port());
        Told byOne = tail(one);
        Told byOther = tail(storeAt(proxy.port()));
        append(one, "replicated");
        replica.call("REPLICAOF", "127.0.0.1", "" + redis.port());
        awaitEntries(replica, 2);
        replica.call("REPLICAOF", "NO", "ONE");
        EventId gone = append(one, "not replicated");
        byOne.nextData(2);
        byOther.nextData(2);

        proxy.target(replica.port());
        redis.kill();
        append(one, "after");

        EventId floor = byOne.next("lost");
        assertThat(byOther.next("lost")).isEqualTo(floor).isGreaterThan(gone);
        assertThat(byOne.nextData(1)).containsExactly("after");
        assertThat(byOther.nextData(1)).containsExactly("after");
    }

    private static void refuseOne(StoredEntry entry) {
        if (entry.equals(RedisFixture.entry("one"))) {
            throw new IllegalStateException("not this one");
        }
    }

    @Test
    void anEntryThatTheSinkDoesNotTakeIsToldAsALoss() throws Exception {
        EventStore store = store();
        Told told = new Told();
        get(store.tail(first(RedisHistoryTest::refuseOne, () -> {}, told)));
        told.next("begins");

        EventId id = append(store, "one");
        append(store, "two");

        assertThat(told.next("lost")).isEqualTo(id);
        assertThat(told.nextData(1)).containsExactly("two");
    }

    @Test
    void whatIsOfOthersIsLeftOutAndToldAsALoss() throws Exception {
        EventStore store = store();
        Told told = tail(store);
        append(store, "one");
        redis.call("XADD", KEY, "*", "i", "b");
        append(store, "two");

        assertThat(told.nextData(1)).containsExactly("one");
        told.next("lost");
        assertThat(told.nextData(1)).containsExactly("two");
    }
}
