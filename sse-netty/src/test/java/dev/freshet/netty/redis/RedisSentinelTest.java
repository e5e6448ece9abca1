package dev.freshet.netty.redis;

import static dev.freshet.harness.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.fixtures.CuttingProxy;
import dev.freshet.harness.RedisProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A master and a replica that a sentinel watches. */
@Timeout(300)
class RedisSentinelTest extends RedisFixture {
    private static final String MASTER = "orders";

    private RedisProcess replica(int master) throws Exception {
        RedisProcess replica = keep(RedisProcess.start(Files.createDirectory(folder.resolve("replica"))));
        replica.call("REPLICAOF", "127.0.0.1", "" + master);
        awaitAnswer(replica, "master_link_status:up", "INFO", "replication");
        return replica;
    }

    /** Starts a sentinel that does not yet fail over by itself, and waits until it has found the replica. */
    private RedisProcess sentinel() throws Exception {
        Path home = Files.createDirectory(folder.resolve("sentinel"));
        RedisProcess sentinel = keep(RedisProcess.startSentinel(home));
        sentinel.call("SENTINEL", "MONITOR", MASTER, "127.0.0.1", "" + redis.port(), "1");
        failOverAfter(sentinel, Duration.ofMinutes(1));
        sentinel.call("SENTINEL", "SET", MASTER, "failover-timeout", "5000");
        awaitAnswer(sentinel, "num-slaves\n1\n", "SENTINEL", "MASTER", MASTER);
        return sentinel;
    }

    /** A store whose appends wait until a sentinel acts again that stood still: 30 s, by its own rule. */
    private static RedisEventStore patient(String uri) {
        return RedisEventStore.builder(uri, KEY)
                .appendTimeout(Duration.ofMinutes(2))
                .build();
    }

    /** Has the sentinel fail over once the master has not answered for so long. */
    private static void failOverAfter(RedisProcess sentinel, Duration down) throws Exception {
        sentinel.call("SENTINEL", "SET", MASTER, "down-after-milliseconds", "" + down.toMillis());
    }

    private static void awaitAnswer(RedisProcess of, String part, String... command) throws Exception {
        await(String.join(" ", command) + " has " + part, () -> of.call(command).contains(part));
    }

    @Test
    void aFailoverIsFollowedAndWhatTheReplicaLacksIsToldAsALoss() throws Exception {
        CuttingProxy replication = keep(CuttingProxy.before(redis.port()));
        RedisProcess replica = replica(replication.port());
        RedisProcess sentinel = sentinel();
        String uri = "redis-sentinel://127.0.0.1:" + sentinel.port() + "#" + MASTER;
        RedisEventStore one = keep(patient(uri));
        Told byOne = tail(one);
        Told byOther = tail(keep(patient(uri)));
        append(one, "replicated");
        awaitEntries(replica, 2);
        replication.stall();
        EventId gone = append(one, "not replicated");
        byOne.nextData(2);
        byOther.nextData(2);

        redis.kill();
        failOverAfter(sentinel, Duration.ofMillis(500));
        append(one, "after");

        EventId floor = byOne.next("lost");
        assertThat(byOther.next("lost")).isEqualTo(floor).isGreaterThan(gone);
        assertThat(byOne.nextData(1)).containsExactly("after");
        assertThat(byOther.nextData(1)).containsExactly("after");
        assertThat(replica.call("ROLE")).startsWith("master");
    }

    /** Returns what a tail told, up to an entry. */
    private static List<Told.Call> until(Told told, String data) throws Exception {
        List<Told.Call> calls = new ArrayList<>();
        do {
            calls.add(told.next());
        } while (!calls.get(calls.size() - 1).data().equals(data));
        return calls;
    }

    /** Returns the answer to ROLE; nothing if the sentinel has just cut the connections, as at each change of a role. */
    private static String role(RedisProcess of) {
        try {
            return of.call("ROLE");
        } catch (IOException e) {
            return "";
        }
    }

    private static List<Told.Call> fromLoss(List<Told.Call> calls) {
        assertThat(calls).filteredOn(call -> call.what().equals("lost")).hasSize(1);
        return calls.stream().dropWhile(call -> !call.what().equals("lost")).toList();
    }

    @Test
    void aMasterThatIsDemotedWhileBothLiveIsLeftAndPublishersGoOn() throws Exception {
        CuttingProxy replication = keep(CuttingProxy.before(redis.port()));
        RedisProcess replica = replica(replication.port());
        RedisProcess sentinel = sentinel();
        String uri = "redis-sentinel://127.0.0.1:" + sentinel.port() + "#" + MASTER;
        RedisEventStore one = keep(patient(uri));
        RedisEventStore other = keep(patient(uri));
        Told byOne = tail(one);
        Told byOther = tail(other);
        append(one, "replicated");
        awaitEntries(replica, 2);
        replication.stall();
        EventId gone = append(one, "not replicated");

        List<EventId> acknowledged = new ArrayList<>();
        for (int i = 0; !role(redis).startsWith("slave"); i++) {
            if (role(replica).startsWith("slave")) { // the sentinel refuses, or gives up, while it is short of time
                sentinel.call("SENTINEL", "FAILOVER", MASTER);
            }
            acknowledged.add(append(one, "one " + i));
            acknowledged.add(append(other, "other " + i));
        }
        acknowledged.add(append(other, "after both"));
        acknowledged.add(append(one, "after"));

        List<Told.Call> told = fromLoss(until(byOne, "after"));
        assertThat(fromLoss(until(byOther, "after"))).isEqualTo(told);
        EventId floor = told.get(0).id();
        assertThat(floor).isGreaterThan(gone);
        assertThat(told.stream().skip(1).map(Told.Call::id))
                .as("each that was acknowledged after the loss, once and in order")
                .isEqualTo(acknowledged.stream()
                        .filter(id -> id.compareTo(floor) > 0)
                        .toList());
        assertThat(redis.process().isAlive()).isTrue();
        assertThat(replica.call("ROLE")).startsWith("master");
    }
}
