package dev.freshet.netty.redis;

import static dev.freshet.fixtures.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.fixtures.CuttingProxy;
import dev.freshet.fixtures.RedisProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A master and a replica that a sentinel watches. */
class RedisSentinelTest extends RedisFixture {
    private static final String MASTER = "orders";

    private RedisProcess replica(int master) throws Exception {
        RedisProcess replica = keep(RedisProcess.start(Files.createDirectory(folder.resolve("replica"))));
        replica.call("REPLICAOF", "127.0.0.1", "" + master);
        return replica;
    }

    /** One that fails over by itself, as soon as it may. */
    private RedisProcess sentinel() throws Exception {
        Path home = Files.createDirectory(folder.resolve("sentinel"));
        RedisProcess sentinel = keep(RedisProcess.startSentinel(home));
        sentinel.call("SENTINEL", "MONITOR", MASTER, "127.0.0.1", "" + redis.port(), "1");
        sentinel.call("SENTINEL", "SET", MASTER, "down-after-milliseconds", "500");
        sentinel.call("SENTINEL", "SET", MASTER, "failover-timeout", "5000");
        return sentinel;
    }

    private static void awaitAnswer(RedisProcess of, String part, String... command) throws Exception {
        await(String.join(" ", command) + " has " + part, () -> of.call(command).contains(part));
    }

    @Test
    void aFailoverIsFollowedAndWhatTheReplicaLacksIsToldAsALoss() throws Exception {
        CuttingProxy replication = keep(CuttingProxy.before(redis.port()));
        RedisProcess replica = replica(replication.port());
        awaitAnswer(replica, "master_link_status:up", "INFO", "replication");
        RedisProcess sentinel = sentinel();
        awaitAnswer(sentinel, "num-slaves\n1\n", "SENTINEL", "MASTER", MASTER);
        String uri = "redis-sentinel://127.0.0.1:" + sentinel.port() + "#" + MASTER;
        RedisEventStore one = keep(RedisEventStore.builder(uri, KEY).build());
        Told byOne = tail(one);
        Told byOther = tail(keep(RedisEventStore.builder(uri, KEY).build()));
        append(one, "replicated");
        awaitEntries(replica, 2);
        replication.stall();
        EventId gone = append(one, "not replicated");
        byOne.nextData(2);
        byOther.nextData(2);

        redis.kill();
        append(one, "after");

        EventId floor = byOne.next("lost");
        assertThat(byOther.next("lost")).isEqualTo(floor).isGreaterThan(gone);
        assertThat(byOne.nextData(1)).containsExactly("after");
        assertThat(byOther.nextData(1)).containsExactly("after");
        assertThat(replica.call("ROLE")).startsWith("master");
    }
}
