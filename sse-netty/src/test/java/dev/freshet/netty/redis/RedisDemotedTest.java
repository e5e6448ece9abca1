package dev.freshet.netty.redis;

import static dev.freshet.harness.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.fixtures.CuttingProxy;
import dev.freshet.harness.RedisProcess;
import dev.freshet.store.EventStore;
import dev.freshet.store.EventStoreException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A master that becomes the replica of another Redis, which lacks entries, and that still answers. */
class RedisDemotedTest extends RedisFixture {
    @SuppressWarnings("NullAway.Init")
    private RedisProcess promoted;

    @BeforeEach
    void startOther() throws Exception {
        promoted = keep(RedisProcess.start(Files.createDirectory(folder.resolve("promoted"))));
    }

    /** Makes the other Redis a master that has what there is now. */
    private void promote() throws Exception {
        promoted.call("REPLICAOF", "127.0.0.1", "" + redis.port());
        awaitEntries(promoted, Integer.parseInt(redis.call("XLEN", KEY)));
        promoted.call("REPLICAOF", "NO", "ONE");
    }

    private void demote() throws Exception {
        redis.call("REPLICAOF", "127.0.0.1", "" + promoted.port());
    }

    @Test
    void aPublishToADemotedMasterFailsAfterItsTimeWithOneClearError() throws Exception {
        EventStore store = keep(RedisEventStore.builder(redis.uri(), KEY)
                .appendTimeout(Duration.ofSeconds(5))
                .build());
        tail(store);
        append(store, "kept");
        promote();
        demote();

        CompletableFuture<EventId> refused = appending(store, "refused");

        assertThat(refused)
                .failsWithin(Duration.ofSeconds(Told.PATIENCE_SECONDS))
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(EventStoreException.class, failure -> {
                    assertThat(failure).hasMessageContaining("it is a replica: READONLY");
                    assertThat(failure.isNotKept()).isTrue();
                });
    }

    @Test
    void whatIsLostByADemotionIsToldAtOnePlaceOnceTheMasterIsReached() throws Exception {
        CuttingProxy proxy = keep(CuttingProxy.before(redis.port()));
        EventStore one = storeAt(proxy.port());
        Told byOne = tail(one);
        Told byOther = tail(storeAt(proxy.port()));
        append(one, "kept");
        promote();
        EventId gone = append(one, "gone");
        byOne.nextData(2);
        byOther.nextData(2);
        demote();
        CompletableFuture<EventId> waiting = appending(one, "after");

        proxy.target(promoted.port()); // open connections stay with the old master

        get(waiting);
        EventId floor = byOne.next("lost");
        assertThat(byOther.next("lost")).isEqualTo(floor).isGreaterThan(gone);
        assertThat(byOne.nextData(1)).containsExactly("after");
        assertThat(byOther.nextData(1)).containsExactly("after");
    }

    @Test
    void whatADemotedMasterReadsFromTheOtherIsNotTakenForWhatFollows() throws Exception {
        EventStore store = store();
        Told remembers = tail(store);
        append(store, "kept");
        promote();
        EventId gone = append(store, "gone");
        remembers.nextData(2);
        EventStore unknowing = storeAt(promoted.port());
        Told other = appendingToTheOlderCopy(unknowing);
        demote();
        await("a replica of the older copy", () -> redis.call("INFO", "replication")
                .contains("master_link_status:up"));
        append(unknowing, "also on the older copy");
        assertThat(other.nextData(1)).containsExactly("also on the older copy");
        awaitEntries(redis, 4);

        promoted.kill();
        redis.call("REPLICAOF", "NO", "ONE");

        EventId floor = remembers.next("lost");
        assertThat(floor).isGreaterThan(gone);
        EventId after = append(store, "after");
        assertThat(after).isGreaterThan(floor);
        assertThat(remembers.nextData(1)).containsExactly("after");
    }
}
