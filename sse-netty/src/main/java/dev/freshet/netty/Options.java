package dev.freshet.netty;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an {@link SseHandler} was built with. */
record Options(
        Map<String, SseEndpoint> endpoints,
        Map<String, SseEndpoint> posts,
        SseListener listener,
        Duration heartbeat,
        @Nullable Duration retry,
        LagPolicy lagPolicy,
        Duration writeTimeout,
        int sendLimit,
        int bodyLimit) {}
