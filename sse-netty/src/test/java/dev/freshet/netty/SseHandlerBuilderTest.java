package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.freshet.hub.SseHub;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the builders and replies do not accept. Covers {@link Checks}. */
class SseHandlerBuilderTest {
    private final SseHandler.Builder handler = SseHandler.builder();
    private final SseServer.Builder server = SseServer.builder();

    private static void assertRefused(ThrowingCallable call, String message) {
        assertThatIllegalArgumentException().isThrownBy(call).withMessage(message);
    }

    private static SseReply refuse(SseRequest request) {
        return SseReply.refuse(403);
    }

    @Test
    void aPathHasOneEndpoint() {
        handler.endpoint("/a", SseHandlerBuilderTest::refuse);
        assertRefused(
                () -> handler.endpoint("/a", SseHandlerBuilderTest::refuse),
                "endpoint.path: \"/a\" (expected: no endpoint there yet)");
    }

    @Test
    void aHeartbeatIsAtLeastTenMilliseconds() {
        assertRefused(
                () -> handler.heartbeat(Duration.ofMillis(9)),
                "heartbeat.silence: PT0.009S (expected: 10 ms to 365 days)");
    }

    @Test
    void aHeartbeatIsAtMostAYear() {
        assertRefused(
                () -> handler.heartbeat(Duration.ofDays(366)),
                "heartbeat.silence: PT8784H (expected: 10 ms to 365 days)");
    }

    @Test
    void aRetryIsNotNegative() {
        assertRefused(
                () -> handler.retry(Duration.ofMillis(-1), Duration.ZERO),
                "retry.min: PT-0.001S (expected: 0 ms to 365 days)");
        assertRefused(
                () -> handler.retry(Duration.ZERO, Duration.ofDays(366)),
                "retry.max: PT8784H (expected: 0 ms to 365 days)");
        assertRefused(
                () -> handler.retry(Duration.ofSeconds(3), Duration.ofMillis(2999)),
                "retry.min: PT3S (expected: <= retry.max, PT2.999S)");
    }

    @Test
    void aWriteTimeoutIsAtLeastTenMilliseconds() {
        assertRefused(() -> handler.writeTimeout(Duration.ZERO), "writeTimeout: PT0S (expected: 10 ms to 365 days)");
    }

    @Test
    void aSendLimitIsPositive() {
        assertRefused(() -> handler.sendLimit(0), "sendLimit: 0 (expected: > 0)");
    }

    @Test
    void theServersBuilderChecksTheSame() {
        assertRefused(() -> server.sendLimit(-1), "sendLimit: -1 (expected: > 0)");
        assertRefused(() -> server.heartbeat(Duration.ZERO), "heartbeat.silence: PT0S (expected: 10 ms to 365 days)");
        assertRefused(() -> server.writeTimeout(Duration.ZERO), "writeTimeout: PT0S (expected: 10 ms to 365 days)");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 65_536})
    void aPortIsAPort(int port) {
        assertRefused(() -> server.port(port), "port: " + port + " (expected: 0 to 65535)");
    }

    @Test
    void aServerHasAnEventLoop() {
        assertRefused(() -> server.eventLoops(0), "eventLoops: 0 (expected: > 0)");
    }

    @Test
    void aSubscriptionHasATopic() {
        try (SseHub hub = SseHub.create()) {
            assertRefused(() -> SseReply.subscribe(hub, List.of()), "topics: none (expected: at least one)");
        }
    }

    @Test
    void aTopicHasAName() {
        try (SseHub hub = SseHub.create()) {
            assertRefused(() -> SseReply.subscribe(hub, "a", ""), "topic: 0 characters (expected: 1 to 1024): \"\"");
        }
    }

    @Test
    @SuppressWarnings("NullAway") // the mistake under test
    void nullIsNamed() {
        assertThatNullPointerException()
                .isThrownBy(() -> handler.endpoint("/a", null))
                .withMessage("endpoint");
        assertThatNullPointerException()
                .isThrownBy(() -> handler.listener(null))
                .withMessage("listener");
        assertThatNullPointerException().isThrownBy(() -> server.host(null)).withMessage("host");
        assertThatNullPointerException().isThrownBy(() -> SseReply.when(null)).withMessage("stage");
    }
}
