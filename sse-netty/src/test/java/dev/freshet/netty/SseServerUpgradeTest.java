package dev.freshet.netty;

import static dev.freshet.netty.Pipelines.after;
import static dev.freshet.netty.Pipelines.get;
import static dev.freshet.netty.Pipelines.send;
import static dev.freshet.netty.Pipelines.sent;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A connection of the server that the application makes one of WebSocket. */
class SseServerUpgradeTest extends ServerFixture {
    private static final class Echo extends SimpleChannelInboundHandler<TextWebSocketFrame> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, TextWebSocketFrame frame) {
            ctx.writeAndFlush(frame.retain());
        }
    }

    private static final class Heard implements WebSocket.Listener {
        final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
        private final StringBuilder parts = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            parts.append(text);
            if (last) {
                texts.add(parts.toString());
                parts.setLength(0);
            }
            socket.request(1);
            return null;
        }
    }

    @Test
    void aWebSocketIsServedBesideTheStreams() throws Exception {
        SseServer server = start(local().endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                .requests(pipeline -> pipeline.addLast(new WebSocketServerProtocolHandler("/ws"), new Echo())));
        Heard heard = new Heard();
        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create("ws://localhost:" + server.address().getPort() + "/ws"), heard)
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        socket.sendText("hello", true).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(heard.texts.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("hello");
        socket.abort();
    }

    @Test
    void aWebSocketOutlastsTheTimesOfRequests() {
        EmbeddedChannel connection =
                Pipelines.served(SseHandler.builder(), new WebSocketServerProtocolHandler("/ws"), new Echo());
        send(
                connection,
                get(
                        "/ws",
                        "Connection: Upgrade",
                        "Upgrade: websocket",
                        "Sec-WebSocket-Version: 13",
                        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="));
        assertThat(sent(connection)).startsWith("HTTP/1.1 101 ");
        after(connection, Duration.ofHours(1));
        send(connection, "\u0081\u0085\0\0\0\0hello"); // one byte for each char: a text frame, masked with nothing
        assertThat(sent(connection)).endsWith("hello");
        assertThat(connection.isOpen()).isTrue();
        connection.finishAndReleaseAll();
    }
}
