package dev.freshet.netty;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpChunkedInput;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.stream.ChunkedInput;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The requests that the door has passed on, and their answers as they pass it, so that the door's own keep their place
 * in the order. Confined to the channel's event loop.
 */
final class ResponseOrder {
    private final Consumer<ChannelHandlerContext> answered;
    private int unanswered;
    /** How many there were; only whether two are the same matters. */
    private int count;

    private @Nullable IncomingBytes bytes;
    private boolean complete;
    /** What a chunked writer further down may still hold: chunks, and all that is written behind them. */
    private int held;

    private boolean closing;
    private boolean broken;

    /**
     * @param answered called when the last of them is answered
     */
    ResponseOrder(Consumer<ChannelHandlerContext> answered) {
        this.answered = answered;
    }

    /** The number of the next one. */
    int next() {
        return count + 1;
    }

    /** Whether it is the last one, and its end has not come. */
    boolean isIncomplete(int number) {
        return number == count && bytes != null && !complete;
    }

    /** @param bytes what it holds until it is answered, or null */
    void add(@Nullable IncomingBytes bytes) {
        unanswered++;
        count++;
        this.bytes = bytes;
        complete = false;
    }

    /** A part of the last one's body is passed on. */
    void read(HttpObject part) {
        broken |= part.decoderResult().isFailure();
        if (bytes != null && part instanceof HttpContent content) {
            bytes.read(content.content().readableBytes());
            bytes.progressed();
            complete = part instanceof LastHttpContent;
            if (complete) {
                bytes.complete(); // or it stays one of those that others may take the room of
            }
        }
    }

    /** What the last one held, once it is whole and answered; else null. */
    @Nullable
    IncomingBytes over() {
        if (!complete || unanswered > 0) {
            return null;
        }
        IncomingBytes held = bytes;
        bytes = null;
        return held;
    }

    /** Nothing more is passed on of it. */
    void end() {
        if (bytes != null) {
            bytes.end();
            bytes = null;
        }
    }

    boolean areAnswered() {
        return unanswered == 0;
    }

    /** The last one's body could not be decoded: the next request cannot be found. */
    boolean isBroken() {
        return broken;
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
        boolean ends = msg instanceof HttpChunkedInput || ResponseWriter.isEnd(msg);
        if (held > 0 || msg instanceof ChunkedInput) {
            held++;
            ChannelPromise written = promise.unvoid();
            ctx.write(msg, written);
            written.addListener(done -> {
                held--;
                if (!done.isSuccess()) {
                    ctx.close(); // an answer that broke off, behind which there can be no other
                } else if (ends) {
                    ended(ctx);
                }
            });
            return;
        }
        ctx.write(msg, promise);
        if (ends) {
            ended(ctx);
        }
    }

    private void ended(ChannelHandlerContext ctx) {
        if (unanswered > 0 && --unanswered == 0) {
            answered.accept(ctx);
        }
    }
}
