package dev.freshet.netty.redis;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ServerVersionTest {
    @Test
    void oneBeforeSevenIsRefused() {
        assertThatThrownBy(() -> ServerVersion.require("# Server\r\nredis_version:6.2.14\r\nredis_mode:standalone\r\n"))
                .hasMessage("redis: version 6.2.14 (expected: >= 7.0)");
    }

    @Test
    void anyFromSevenOnIsTaken() {
        ServerVersion.require("# Server\r\nredis_version:7.0.15\r\n");
        ServerVersion.require("# Server\r\nredis_version:10.1.0\r\n");
    }
}
