package dev.freshet.netty.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.lettuce.core.RedisURI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Where Redis is, as a store takes it over. */
class RedisUriTest {
    private static final String SENTINELS = "redis-sentinel://:secret@127.0.0.1:1,127.0.0.1:2#orders";

    @Test
    void sentinelsAreKept() {
        RedisURI copy = UriCopy.of(RedisURI.create(SENTINELS), Duration.ofSeconds(1));

        assertThat(copy.getSentinelMasterId()).isEqualTo("orders");
        assertThat(copy.getSentinels()).extracting(RedisURI::getPort).containsExactly(1, 2);
        assertThat(copy.getTimeout()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void aStoreIsBuiltOfThem() {
        assertThatCode(() ->
                        RedisEventStore.builder(SENTINELS, "events").build().close())
                .doesNotThrowAnyException();
    }
}
