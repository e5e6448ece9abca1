package dev.freshet.netty;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpChunkedInput;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.stream.ChunkedInput;
import java.util.function.Consumer;

/**
 * The requests that the door has passed on, and their answers as they pass it, so that the door's own keep their place
 * in the order. Confined to the channel's event loop.
 */
final class PassedOn {
    private final Consumer<ChannelHandlerContext> answered;
    private int unanswered;
    /** What a chunked writer further down may still hold: chunks, and all that is written behind them. */
    private int held;

    private boolean closing;

    /**
     * @param answered called when the last of them is answered
     */
    PassedOn(Consumer<ChannelHandlerContext> answered) {
        this.answered = answered;
    }

    void add() {
        unanswered++;
    }

    boolean areAnswered() {
        return unanswered == 0;
    }

    /** One of the answers said that the connection ends with it: no later request may be looked at (RFC 9112 9.6). */
    boolean isClosing() {
        return closing;
    }

    void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        if (unanswered > 0 && msg instanceof HttpResponse response) {
            closing |= response.headers().containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true);
        }
        // A chunked input's last content is made further down.
        boolean ends = msg instanceof HttpChunkedInput || Replies.isEnd(msg);
        if (held > 0 || msg instanceof ChunkedInput) {
            held++;
            ChannelPromise written = promise.unvoid();
            ctx.write(msg, written);
            written.addListener(done -> {
                held--;
                if (!done.isSuccess()) {
                    ctx.close(); // an answer that broke off, behind which there can be no other
                } else if (ends) {
                    end(ctx);
                }
            });
            return;
        }
        ctx.write(msg, promise);
        if (ends) {
            end(ctx);
        }
    }

    private void end(ChannelHandlerContext ctx) {
        if (unanswered > 0 && --unanswered == 0) {
            answered.accept(ctx);
        }
    }
}
