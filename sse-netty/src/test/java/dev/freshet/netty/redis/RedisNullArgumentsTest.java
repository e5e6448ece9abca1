package dev.freshet.netty.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.harness.NullArguments;
import dev.freshet.store.EventStore;
import dev.freshet.store.StoredEntry;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RedisNullArgumentsTest {
    @Test
    void everyNullNamesItsParameter() {
        try (RedisEventStore store =
                RedisEventStore.builder("redis://127.0.0.1:1", "key").build()) {
            NullArguments nulls = new NullArguments(RedisEventStore.class, "dev.freshet.netty.redis")
                    .with(String.class, () -> "redis://127.0.0.1:1")
                    .with(RedisURI.class, () -> RedisURI.create("redis://127.0.0.1:1"))
                    .with(Duration.class, () -> Duration.ofSeconds(1))
                    .with(StoredEntry.class, () -> RedisFixture.entry("one"))
                    .with(EventStore.Sink.class, Told::new)
                    .with(RedisEventStore.class, () -> store)
                    .with(RedisEventStoreBuilder.class, () -> RedisEventStore.builder("redis://127.0.0.1:1", "key"));
            assertThat(nulls.unnamed()).isEmpty();
            assertThat(nulls.calls()).isGreaterThan(5);
        }
    }
}
