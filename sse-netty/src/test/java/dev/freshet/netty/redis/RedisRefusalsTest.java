package dev.freshet.netty.redis;

import static dev.freshet.harness.Conditions.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.EventId;
import dev.freshet.fixtures.CuttingProxy;
import dev.freshet.store.EventStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes on, and what does not, where Redis refuses a part of what a store does. */
class RedisRefusalsTest extends RedisFixture {
    private static final Path GUIDE = Path.of("..", ".github", "guides", "cluster.md");

    private RedisEventStore storeOf(String user, String database, String key) {
        String uri = "redis://" + user + ":pw@127.0.0.1:" + redis.port() + database;
        return keep(RedisEventStore.builder(uri, key).build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"xadd", "xtrim", "set", "hset", "pexpire"})
    void aPermissionThatIsMissingIsNamedAndNothingIsKept(String command) throws Exception {
        append(store(), "one");
        redis.call("ACL", "SETUSER", "hub", "on", ">pw", "~*", "+@all", "-" + command);
        EventStore lacking = storeOf("hub", "", KEY);

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> append(lacking, "not kept"))
                    .hasCauseInstanceOf(RedisStoreException.class)
                    .hasMessageContaining("the user lacks a permission: ")
                    .hasMessageContaining(" " + command + " ");
        }

        append(store(), "two");
        assertThat(tail(store()).nextData(2)).containsExactly("one", "two");
    }

    /** The words of the command that the guide has a user made by, for another password and key. */
    private static String[] documentedUser(String key) throws Exception {
        String line = Files.readString(GUIDE, UTF_8)
                .lines()
                .filter(each -> each.startsWith("ACL SETUSER hub "))
                .findFirst()
                .orElseThrow();
        String tagged = key.contains("{") ? key : "{" + key + "}";
        return line.replace(">PASSWORD", ">pw")
                .replace("~{orders}:*", "~" + tagged + ":*")
                .replace("~orders ", "~" + key + " ")
                .split(" ", -1);
    }

    @ParameterizedTest
    @CsvSource({"orders, ''", "{a}b, ''", "orders, /1", "{a}b, /1"})
    void theDocumentedPermissionsAreEnough(String key, String database) throws Exception {
        redis.call(documentedUser(key));
        if (!database.isEmpty()) {
            assertThatThrownBy(() -> tail(storeOf("hub", database, key)))
                    .hasMessageContaining("the user lacks a permission: ")
                    .hasMessageContaining("select");
            redis.call("ACL", "SETUSER", "hub", "+select");
        }
        EventStore store = storeOf("hub", database, key);
        Told told = tail(store);

        append(store, "one");

        assertThat(told.nextData(1)).containsExactly("one");
    }

    private enum NoWrites {
        TOO_FEW_REPLICAS("too few replicas are there: NOREPLICAS"),
        DISK_FAILS("Redis cannot write to its disk: MISCONF");

        private final String message;

        NoWrites(String message) {
            this.message = message;
        }
    }

    private void begin(NoWrites why) throws Exception {
        switch (why) {
            case TOO_FEW_REPLICAS -> redis.call("CONFIG", "SET", "min-replicas-to-write", "1");
            case DISK_FAILS -> {
                Files.createDirectories(folder.resolve("dump.rdb").resolve("in the way"));
                redis.call("CONFIG", "SET", "save", "3600 1");
                redis.call("BGSAVE");
                await("a save fails", () -> redis.call("INFO", "persistence").contains("rdb_last_bgsave_status:err"));
            }
        }
    }

    private void end(NoWrites why) throws Exception {
        switch (why) {
            case TOO_FEW_REPLICAS -> redis.call("CONFIG", "SET", "min-replicas-to-write", "0");
            case DISK_FAILS -> redis.call("CONFIG", "SET", "save", "");
        }
    }

    @ParameterizedTest
    @EnumSource(NoWrites.class)
    void whereRedisTakesNoWritesWhatIsThereIsStillRead(NoWrites why) throws Exception {
        CuttingProxy proxy = keep(CuttingProxy.before(redis.port()));
        RedisEventStore store = storeAt(proxy.port());
        Told away = tail(store);
        cutOff(proxy);
        EventStore there = store();
        append(there, "one");
        begin(why);

        proxy.target(redis.port());

        assertThat(away.nextData(1)).containsExactly("one");
        assertThat(tail(store()).nextData(1)).as("a node that starts").containsExactly("one");
        await("the problem is told", () -> String.valueOf(store.stats().problem())
                .contains(why.message));
        assertThatThrownBy(() -> append(there, "two")).hasMessageContaining(why.message);
        end(why);
        append(store, "three");
        assertThat(away.nextData(1)).containsExactly("three");
        await("the problem is over", () -> store.stats().problem() == null);
    }

    @Test
    void whereRedisTakesNoWritesALossIsToldOnceItDoes() throws Exception {
        EventStore store = store();
        Told told = tail(store);
        append(store, "one");
        told.nextData(1);
        redis.call("DEL", KEY);
        begin(NoWrites.TOO_FEW_REPLICAS);
        assertThatThrownBy(() -> append(store, "two")).hasMessageContaining(NoWrites.TOO_FEW_REPLICAS.message);
        assertThatThrownBy(() -> tail(store())).hasMessageContaining(NoWrites.TOO_FEW_REPLICAS.message);

        end(NoWrites.TOO_FEW_REPLICAS);

        told.next("lost");
    }

    @Test
    void whereAsManyClientsAreThereAsMayBeAnAppendWaits() throws Exception {
        RedisEventStore store = store();
        CompletableFuture<EventId> appended;
        try (OnlyClient other = new OnlyClient(redis)) {
            appended = appending(store, "one");

            await("the problem is told", () -> {
                assertThat(appended).isNotDone();
                return String.valueOf(store.stats().problem()).contains("max number of clients reached");
            });
        }
        get(appended);
    }

    @Test
    void whereTheSequencesOfAMillisecondAreUsedUpTheNextIsTaken() throws Exception {
        EventStore store = store();
        append(store, "one");
        String[] head = redis.call("GET", "{" + KEY + "}:head").split(" ", -1);
        String last = "9000000000000-2147483647";
        String header = head[2] + " " + head[3] + " - token " + head[0] + " " + head[1];
        redis.call("XADD", KEY, last, "h", header, "e", "EVENT - - t", "b", "two");
        redis.call("SET", "{" + KEY + "}:head", last + " token " + head[2] + " " + head[3]);

        EventId three = append(store, "three");

        assertThat(three).isEqualTo(new EventId(9_000_000_000_001L, Long.parseLong(head[2])));
        assertThat(tail(store()).nextData(3)).containsExactly("one", "two", "three");
    }

    @Test
    void anAppendDoesNotHaveTheFirstEntryCopied() throws Exception {
        EventStore store = store();
        append(store, "one");
        redis.call("CONFIG", "RESETSTAT");

        append(store, "two");
        append(store, "three");

        assertThat(List.of(redis.call("INFO", "commandstats").split("\\R", -1)))
                .noneMatch(line -> line.startsWith("cmdstat_xinfo"));
    }
}
