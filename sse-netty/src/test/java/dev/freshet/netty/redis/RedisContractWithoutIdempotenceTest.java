package dev.freshet.netty.redis;

import org.junit.jupiter.api.Tag;

@Tag("cluster")
class RedisContractWithoutIdempotenceTest extends RedisContractTest {
    @Override
    Idempotence idempotence() {
        return Idempotence.NONE;
    }
}
