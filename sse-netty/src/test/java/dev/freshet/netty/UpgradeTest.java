package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
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
class UpgradeTest extends ServerFixture {
    private static final Duration SHORT = Duration.ofMillis(500);

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
    void aWebSocketOutlastsTheTimesOfRequests() throws Exception {
        SseServer server = start(local().limits(Limits.builder()
                        .requestTimeout(SHORT)
                        .idleTimeout(SHORT)
                        .build())
                .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                .requests(pipeline -> pipeline.addLast(new WebSocketServerProtocolHandler("/ws"), new Echo())));
        Heard heard = new Heard();
        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create("ws://localhost:" + server.address().getPort() + "/ws"), heard)
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        long end = System.nanoTime() + 2 * SHORT.toNanos();
        do {
            socket.sendText("hello", true).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(heard.texts.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("hello");
        } while (System.nanoTime() < end);
        socket.abort();
    }
}
