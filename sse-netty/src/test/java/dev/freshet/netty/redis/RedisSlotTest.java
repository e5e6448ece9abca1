package dev.freshet.netty.redis;

import static dev.freshet.harness.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.harness.RedisProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A Redis in cluster mode, which refuses a script whose keys are of several slots, or of another node's. */
class RedisSlotTest extends RedisFixture {
    private final int bus = free();

    @Override
    String[] options() {
        return options(bus);
    }

    private static String[] options(int bus) {
        return new String[] {"--cluster-enabled", "yes", "--cluster-port", Integer.toString(bus)};
    }

    private static int free() {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitOk(RedisProcess node) throws Exception {
        await("the cluster is up", () -> node.call("CLUSTER", "INFO").contains("cluster_state:ok"));
    }

    @Test
    void aStoreGoesToTheNodeThatHasItsSlotAlsoWhereThatIsAnother() throws Exception {
        RedisProcess other = keep(RedisProcess.start(Files.createDirectory(folder.resolve("other")), options(free())));
        other.call("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
        other.call("CLUSTER", "MEET", "127.0.0.1", "" + redis.port(), "" + bus);
        awaitOk(redis);
        awaitOk(other);
        RedisEventStore store = store();

        Told told = tail(store);
        append(store, "one");

        assertThat(told.nextData(1)).containsExactly("one");
        assertThat(other.call("DBSIZE")).isEqualTo("3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"events", "events:{orders}:1"})
    void allKeysOfAStoreAreInOneSlot(String key) throws Exception {
        redis.call("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
        awaitOk(redis);
        RedisEventStore store = keep(RedisEventStore.builder(redis.uri(), key).build());
        Told told = tail(store);

        append(store, "one");

        assertThat(told.nextData(1)).containsExactly("one");
        assertThat(redis.call("DBSIZE")).as("with the head and the record").isEqualTo("3");
    }
}
