package dev.freshet.netty;

import static dev.freshet.netty.Pipelines.get;
import static dev.freshet.netty.Pipelines.send;
import static dev.freshet.netty.Pipelines.sent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ServerConnectionsTest {
    private final ServerConnections connections = new ServerConnections();

    private EmbeddedChannel connected() {
        return connected(new CompletableFuture<>());
    }

    private EmbeddedChannel connected(CompletableFuture<SseReply> answer) {
        EmbeddedChannel channel = Pipelines.served(
                connections, SseHandler.builder().endpoint("/later", request -> SseReply.when(answer.copy())));
        send(channel, get("/later"));
        return channel;
    }

    private static void assertClosed(EmbeddedChannel channel) {
        channel.runPendingTasks();
        assertThat(channel.isOpen()).isFalse();
        assertThat(channel.finish()).isFalse();
    }

    @Test
    void aPendingResponseIsAwaitedAfterTheStreamsHaveEnded() {
        CompletableFuture<SseReply> answer = new CompletableFuture<>();
        EmbeddedChannel channel = connected(answer);
        connections.drain();
        CompletableFuture<Void> closed = connections.finish();
        channel.runPendingTasks();
        assertThat(closed).isNotDone();
        answer.complete(SseReply.stop());
        assertThat(sent(channel)).startsWith("HTTP/1.1 204 ");
        Pipelines.closed(channel);
        assertThat(closed).isCompleted();
    }

    @Test
    void anAbortBeforeTheStreamsHaveEndedTakesEffectAfterThem() {
        EmbeddedChannel channel = connected();
        connections.drain();
        connections.abort();
        channel.runPendingTasks();
        assertThat(channel.isOpen()).isTrue();
        CompletableFuture<Void> closed = connections.finish();
        assertClosed(channel);
        assertThat(closed).isCompleted();
    }

    @Test
    void anAbortAfterTheStreamsHaveEndedTakesEffectAtOnce() {
        EmbeddedChannel channel = connected();
        connections.drain();
        CompletableFuture<Void> closed = connections.finish();
        connections.abort();
        assertClosed(channel);
        assertThat(closed).isCompleted();
    }

    @Test
    void aRepeatedDrainDoesNotUndoAnAbort() {
        EmbeddedChannel channel = connected();
        connections.drain();
        connections.abort();
        connections.drain();
        connections.finish();
        assertClosed(channel);
    }

    @Test
    void aConnectionThatIsAcceptedAfterTheStreamsHaveEndedIsClosed() {
        connections.drain();
        connections.finish();
        assertClosed(Pipelines.served(connections, SseHandler.builder()));
    }

    @Test
    void aConnectionIsNeitherAbortedNorFinishedBeforeTheDrainBegins() {
        assertThatThrownBy(connections::abort).isInstanceOf(AssertionError.class);
        assertThatThrownBy(connections::finish).isInstanceOf(AssertionError.class);
        assertThat(connections.isDraining()).isFalse();
    }
}
