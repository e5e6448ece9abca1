package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class HttpDoorTest {

    private final CompletableFuture<Answer> slow = new CompletableFuture<>();
    private final EmbeddedChannel channel = new EmbeddedChannel(
            new HttpServerCodec(),
            new HttpDoor(new Routes().post("/slow", call -> slow).get("/fast", call -> text("fast"))));

    @Test
    void aSlowAnswerHoldsBackTheOnesBehindIt() {
        request("POST /slow HTTP/1.1\r\nContent-Length: 0\r\n\r\nGET /fast HTTP/1.1\r\n\r\n");
        assertThat(written()).isEmpty();

        slow.complete(text("slow"));
        channel.runPendingTasks();

        assertThat(written()).containsSubsequence("HTTP/1.1 200 OK", "slow", "HTTP/1.1 200 OK", "fast");
        assertThat(channel.finish()).isFalse();
    }

    @Test
    void anAnswerThatFailsIsAnErrorAndTheConnectionGoesOn() {
        request("POST /slow HTTP/1.1\r\nContent-Length: 0\r\n\r\n");

        slow.completeExceptionally(new IllegalStateException("the store is away"));
        channel.runPendingTasks();
        request("GET /fast HTTP/1.1\r\n\r\n");

        assertThat(written()).containsSubsequence("HTTP/1.1 500", "the store is away", "HTTP/1.1 200 OK", "fast");
        assertThat(channel.finish()).isFalse();
    }

    @Test
    void nothingIsAnsweredAfterTheLastAnswer() {
        request("GET /fast HTTP/1.1\r\nConnection: close\r\n\r\nGET /fast HTTP/1.1\r\n\r\n");

        assertThat(written()).containsOnlyOnce("HTTP/1.1 200 OK");
        assertThat(channel.isOpen()).isFalse();
        assertThat(channel.finish()).isFalse();
    }

    @Test
    void anOldClientThatAsksToStayIsToldThatItMay() {
        request("GET /fast HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");

        assertThat(written()).contains("connection: keep-alive");
        assertThat(channel.isOpen()).isTrue();
        assertThat(channel.finish()).isFalse();
    }

    private void request(String text) {
        channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
    }

    private String written() {
        StringBuilder text = new StringBuilder();
        for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
            text.append(next.toString(StandardCharsets.UTF_8));
            next.release();
        }
        return text.toString();
    }

    private static Answer text(String body) {
        return Answer.of("text/plain", body.getBytes(StandardCharsets.UTF_8));
    }
}
