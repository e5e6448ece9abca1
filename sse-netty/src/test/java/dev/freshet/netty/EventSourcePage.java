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

/** Serves {@code /page}: a script that follows a stream, or asks by fetch, and keeps what happens. */
final class EventSourcePage extends ChannelInboundHandlerAdapter {
    static final String PATH = "/page";

    private static final String HTML = """
            <!doctype html>
            <meta charset="utf-8">
            <link rel="icon" href="data:,">
            <title>Freshet</title>
            <script>
            let source, opens, events, errors, answer;
            function follow(url, ...types) {
                followAs({}, url, ...types);
            }
            function followAs(options, url, ...types) {
                opens = 0;
                events = [];
                errors = [];
                source = new EventSource(url, options);
                source.onopen = () => opens++;
                source.onerror = () => errors.push(source.readyState);
                for (const type of ['message', ...types]) {
                    source.addEventListener(type, e => events.push({type: e.type, data: e.data, id: e.lastEventId}));
                }
            }
            function has(type) {
                return events.some(e => e.type === type);
            }
            async function ask(url, options) {
                const own = answer = {headers: {}, text: '', ended: false};
                try {
                    const response = await fetch(url, options);
                    own.status = response.status;
                    own.headers = Object.fromEntries(response.headers);
                    const parts = response.body.pipeThrough(new TextDecoderStream()).getReader();
                    for (let part = await parts.read(); !part.done; part = await parts.read()) {
                        own.text += part.value;
                    }
                } catch (e) {
                    own.failure = e.name;
                }
                own.ended = true;
            }
            function summary() {
                return JSON.stringify({state: source?.readyState, opens, events: events?.length, errors, answer});
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
