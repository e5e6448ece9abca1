package dev.freshet.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;

/** Serves {@code /page}: a script that follows a stream and keeps what happens in arrays. */
final class EventSourcePage extends ChannelInboundHandlerAdapter {
    static final String PATH = "/page";

    private static final String HTML = """
            <!doctype html>
            <meta charset="utf-8">
            <link rel="icon" href="data:,">
            <title>Freshet</title>
            <script>
            let source, opens, events, errors;
            function follow(url, ...types) {
                opens = 0;
                events = [];
                errors = [];
                source = new EventSource(url);
                source.onopen = () => opens++;
                source.onerror = () => errors.push(source.readyState);
                for (const type of ['message', ...types]) {
                    source.addEventListener(type, e => events.push({type: e.type, data: e.data, id: e.lastEventId}));
                }
            }
            function has(type) {
                return events.some(e => e.type === type);
            }
            function summary() {
                return 'state ' + source.readyState + ', ' + opens + ' opens, ' + events.length + ' events, errors ' + errors;
            }
            </script>
            """;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (!(msg instanceof HttpRequest request) || !request.uri().equals(PATH)) {
            ctx.fireChannelRead(msg);
            return;
        }
        ReferenceCountUtil.release(msg);
        ByteBuf body = Unpooled.copiedBuffer(HTML, StandardCharsets.UTF_8);
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, body);
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "text/html;charset=utf-8")
                .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }
}
