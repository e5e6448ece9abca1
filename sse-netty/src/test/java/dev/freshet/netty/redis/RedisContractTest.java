package dev.freshet.netty.redis;

import dev.freshet.harness.RedisProcess;
import dev.freshet.store.EventStore;
import dev.freshet.store.EventStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

@Tag("cluster")
class RedisContractTest extends EventStoreContract {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private RedisProcess redis;

    @SuppressWarnings("NullAway.Init")
    private RedisEventStore store;

    Idempotence idempotence() {
        return Idempotence.BY_KEY;
    }

    @BeforeEach
    void open() throws Exception {
        redis = RedisProcess.start(folder);
        store = RedisEventStore.builder(redis.uri(), RedisFixture.KEY)
                .idempotence(idempotence())
                .build();
    }

    @AfterEach
    void close() throws Exception {
        store.close();
        redis.close();
    }

    @Override
    protected EventStore store() {
        return store;
    }

    @Override
    protected void trim() throws Exception {
        redis.call("XTRIM", RedisFixture.KEY, "MAXLEN", "0");
    }

    @Override
    protected AutoCloseable refusing() throws Exception {
        redis.call("CONFIG", "SET", "maxmemory", "1");
        return () -> redis.call("CONFIG", "SET", "maxmemory", "0");
    }
}
