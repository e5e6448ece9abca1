package dev.freshet.netty.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.netty.redis.RedisStoreException.Outcome;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the failures of Lettuce, of Netty and of the operating system are taken for. */
class FailuresTest {
    private static RedisStoreException of(Throwable cause, boolean sent) {
        return Failures.of("redis://a", new ExecutionException(new RedisException("Unable to connect", cause)), sent);
    }

    static Stream<Throwable> closed() {
        return Stream.of(
                new IllegalStateException("RedisHandshakeHandler not registered"),
                new RedisConnectionException("Connection closed prematurely"),
                new RedisException("Connection disconnected"),
                new RedisException("Connection is closed"),
                new RedisException("Currently not connected. Commands are rejected."),
                new IOException("Connection reset by peer"),
                new IOException("recvAddress(..) failed with error(-104): Die Verbindung wurde zurückgesetzt"),
                new IOException("sendAddress(..) failed with error(-32): Datenübergabe unterbrochen"),
                new ConnectException("finishConnect(..) failed with error(-104): Connection reset by peer"),
                new SSLHandshakeException("Connection closed while SSL/TLS handshake was in progress"),
                new ClosedChannelException());
    }

    @ParameterizedTest
    @MethodSource("closed")
    void aConnectionThatWasAcceptedAndClosedIsKnown(Throwable cause) {
        assertThat(Failures.isClosedUnanswered(of(cause, false))).isTrue();
    }

    static Stream<Throwable> others() {
        return Stream.of(
                new ConnectException("finishConnect(..) failed with error(-111): Connection refused"),
                new NoRouteToHostException("finishConnect(..) failed with error(-113): No route to host"),
                new UnknownHostException("closed.example: Name or service not known"),
                new FileNotFoundException("/missing.sock: No such file or directory"),
                new SSLHandshakeException("PKIX path building failed"),
                new TimeoutException("Command timed out after 1 second(s)"),
                new RedisCommandExecutionException("WRONGPASS invalid username-password pair"));
    }

    @ParameterizedTest
    @MethodSource("others")
    void anotherFailureIsNotTakenForIt(Throwable cause) {
        assertThat(Failures.isClosedUnanswered(of(cause, false))).isFalse();
    }

    static Stream<Throwable> unsent() {
        return Stream.of(
                new RedisException("Connection is closed"),
                new RedisException("Currently not connected. Commands are rejected."));
    }

    @ParameterizedTest
    @MethodSource("unsent")
    void aCommandThatLettuceRejectedWasNotDone(Throwable cause) {
        assertThat(of(cause, true).outcome()).isEqualTo(Outcome.NOT_DONE);
    }

    static Stream<Throwable> lost() {
        return Stream.of(
                new RedisException("Connection disconnected"),
                new RedisException("Connection closed"),
                new IOException("recvAddress(..) failed with error(-107): Transport endpoint is not connected"));
    }

    @ParameterizedTest
    @MethodSource("lost")
    void aCommandWhoseConnectionWasLostMayBeDone(Throwable cause) {
        assertThat(of(cause, true).outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void aHandshakeThatLettuceDidNotFindIsSaidInPlainWords() {
        assertThat(of(new IllegalStateException("RedisHandshakeHandler not registered"), false))
                .hasMessage("redis://a: Connection closed before the handshake");
    }
}
