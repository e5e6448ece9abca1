package dev.freshet.netty.redis;

class RedisContractWithoutIdempotenceTest extends RedisContractTest {
    @Override
    Idempotence idempotence() {
        return Idempotence.NONE;
    }
}
