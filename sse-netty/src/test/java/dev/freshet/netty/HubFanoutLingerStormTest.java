package dev.freshet.netty;

import java.time.Duration;

/** The same with events that wait for more. */
class HubFanoutLingerStormTest extends HubFanoutTest {
    @Override
    Duration linger() {
        return Duration.ofMillis(5);
    }
}
