package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslContext;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What the tests with an embedded channel share. */
final class Pipelines {
    private static final int MOST_STREAMS = 1000;

    private Pipelines() {}

    static EmbeddedChannel channel(ChannelHandler... handlers) {
        return new EmbeddedChannel(handlers);
    }

    /** A connection of a server without TLS, and a time that the test moves. */
    static EmbeddedChannel served(SseHandler.Builder handler, ChannelHandler... requests) {
        return served(new ServerConnections(), handler, requests);
    }

    static EmbeddedChannel served(
            ServerConnections connections, SseHandler.Builder handler, ChannelHandler... requests) {
        return served(connections, null, handler, requests);
    }

    /** The same with TLS, where there is a context. */
    static EmbeddedChannel served(
            ServerConnections connections,
            @Nullable SslContext tls,
            SseHandler.Builder handler,
            ChannelHandler... requests) {
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.freezeTime();
        channel.pipeline()
                .addLast(new ServerPipeline(
                        handler.build(),
                        handler.options(1).limits(),
                        pipeline -> pipeline.addLast(requests),
                        tls,
                        MOST_STREAMS,
                        connections));
        return channel;
    }

    /** Lets time pass for what was scheduled, and for what that executes. */
    static void after(EmbeddedChannel channel, Duration time) {
        channel.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
        channel.runScheduledPendingTasks();
        channel.runPendingTasks();
    }

    /** Closes a channel, of which nothing is to be read then. */
    static void closed(EmbeddedChannel channel) {
        channel.close();
        assertThat(channel.finish()).isFalse();
    }

    static String get(String path, String... headers) {
        StringBuilder request = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n");
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        return request.append("\r\n").toString();
    }

    static void send(EmbeddedChannel channel, String text) {
        channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
    }

    /** Everything that was written since the last call. */
    static String sent(EmbeddedChannel channel) {
        channel.runPendingTasks();
        StringBuilder all = new StringBuilder();
        for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
            all.append(bytes.toString(StandardCharsets.UTF_8));
            bytes.release();
        }
        return all.toString();
    }

    /** The text as one chunk. */
    static String chunk(String text) {
        return Integer.toHexString(text.getBytes(StandardCharsets.UTF_8).length) + "\r\n" + text + "\r\n";
    }

    /** A handler next to the socket that notes what is written, and where it is flushed. */
    static ChannelHandler flushesTo(StringBuilder written) {
        return new ChannelOutboundHandlerAdapter() {
            @Override
            public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
                written.append(((ByteBuf) msg).toString(StandardCharsets.UTF_8));
                ctx.write(msg, promise);
            }

            @Override
            public void flush(ChannelHandlerContext ctx) {
                if (!written.isEmpty()) {
                    written.append("<flush>");
                }
                ctx.flush();
            }
        };
    }

    /** Carries bytes both ways until both are silent; returns what the client got. */
    static String exchange(EmbeddedChannel client, EmbeddedChannel server) {
        boolean moved = true;
        while (moved) {
            client.runPendingTasks();
            server.runPendingTasks();
            moved = move(client, server) | move(server, client);
        }
        StringBuilder got = new StringBuilder();
        for (ByteBuf bytes = client.readInbound(); bytes != null; bytes = client.readInbound()) {
            got.append(bytes.toString(StandardCharsets.UTF_8));
            bytes.release();
        }
        return got.toString();
    }

    private static boolean move(EmbeddedChannel from, EmbeddedChannel to) {
        boolean moved = false;
        for (ByteBuf bytes = from.readOutbound(); bytes != null; bytes = from.readOutbound()) {
            to.writeInbound(bytes);
            moved = true;
        }
        return moved;
    }

    static SseEvent event(String data) {
        return SseEvent.of(data);
    }

    /** Answers each request with its path and body, when it is told to. */
    static class Behind extends SimpleChannelInboundHandler<HttpObject> {
        private final Deque<String> unanswered = new ArrayDeque<>();
        private final StringBuilder body = new StringBuilder();
        private final boolean atOnce;
        private String path = "";

        Behind(boolean atOnce) {
            this.atOnce = atOnce;
        }

        static Behind answeringAtOnce() {
            return new Behind(true);
        }

        static Behind answeringLater() {
            return new Behind(false);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, HttpObject msg) {
            if (msg instanceof HttpRequest request) {
                path = request.uri();
                body.setLength(0);
            }
            if (msg instanceof io.netty.handler.codec.http.HttpContent content) {
                body.append(content.content().toString(StandardCharsets.UTF_8));
            }
            if (msg instanceof LastHttpContent) {
                unanswered.add("<" + path + " " + body + ">");
                if (atOnce) {
                    answer(ctx);
                }
            }
        }

        int waiting() {
            return unanswered.size();
        }

        void answer(ChannelHandlerContext ctx) {
            FullHttpResponse response = new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1,
                    HttpResponseStatus.OK,
                    Unpooled.copiedBuffer(unanswered.remove(), StandardCharsets.UTF_8));
            response.headers()
                    .setInt(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
            ctx.writeAndFlush(response);
        }
    }
}
