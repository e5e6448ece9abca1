package dev.freshet.netty.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A Redis in cluster mode, which refuses a script whose keys are of several slots. */
class RedisSlotTest extends RedisFixture {
    @Override
    String[] options() {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(free.getLocalPort());
            return new String[] {"--cluster-enabled", "yes", "--cluster-port", port};
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"events", "events:{orders}:1"})
    void allKeysOfAStoreAreInOneSlot(String key) throws Exception {
        redis.call("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
        while (!redis.call("CLUSTER", "INFO").contains("cluster_state:ok")) {
            Thread.onSpinWait();
        }
        RedisEventStore store = keep(RedisEventStore.builder(redis.uri(), key).build());
        Told told = tail(store);

        append(store, "one");

        assertThat(told.nextData(1)).containsExactly("one");
        assertThat(redis.call("DBSIZE")).as("with the head and the record").isEqualTo("3");
    }
}
