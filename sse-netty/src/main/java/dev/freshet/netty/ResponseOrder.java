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
 * The order of responses on one channel: the requests that the request handler has passed on, and their responses as
 * they are written through it. The handler's own responses are written in their order among these. Confined to the
 * channel's event loop.
 */
final class ResponseOrder {
    private final Consumer<ChannelHandlerContext> answered;
    /** The number of requests that were passed on and whose responses have not ended. */
    private int unanswered;

    /** The number of the last request that was passed on; it may overflow, as numbers are only compared. */
    private int count;

    /** The bytes that the last request holds, or null. */
    private @Nullable IncomingBytes bytes;

    /** Whether the end of the last request was passed on. */
    private boolean complete;

    /**
     * The number of writes that a chunked writer nearer to the socket may hold: chunked inputs, and writes after them.
     */
    private int held;

    private boolean closing;
    private boolean broken;

    /**
     * Creates the order of a channel without requests.
     *
     * @param answered called when the last response has ended
     */
    ResponseOrder(Consumer<ChannelHandlerContext> answered) {
        this.answered = answered;
    }

    /** Returns the number of the next request. */
    int next() {
        return count + 1;
    }

    /** Returns whether the number is that of the last request, whose end was not passed on yet. */
    boolean isIncomplete(int number) {
        return number == count && bytes != null && !complete;
    }

    /**
     * Adds a request.
     *
     * @param bytes the bytes that it holds until it is answered, or null
     */
    void add(@Nullable IncomingBytes bytes) {
        unanswered++;
        count++;
        this.bytes = bytes;
        complete = false;
    }

    /** Called when a part of the last request's body is passed on. */
    void read(HttpObject part) {
        broken |= part.decoderResult().isFailure();
        if (bytes != null && part instanceof HttpContent content) {
            bytes.read(content.content().readableBytes());
            bytes.progressed();
            complete = part instanceof LastHttpContent;
            if (complete) {
                bytes.complete(); // it can no longer be refused for the sake of others
            }
        }
    }

    /** Returns the bytes of the last request if it was passed on completely and is answered, or null. */
    @Nullable
    IncomingBytes over() {
        if (!complete || unanswered > 0) {
            return null;
        }
        IncomingBytes held = bytes;
        bytes = null;
        return held;
    }

    /** Releases the bytes of the last request, of which no further part is passed on. */
    void end() {
        if (bytes != null) {
            bytes.end();
            bytes = null;
        }
    }

    boolean areAnswered() {
        return unanswered == 0;
    }

    /** Returns whether the body of a request could not be decoded, so that the next request cannot be found. */
    boolean isBroken() {
        return broken;
    }

    /** Returns whether a response had the option close: later requests are not processed (RFC 9112 9.6). */
    boolean isClosing() {
        return closing;
    }

    /** Writes a part of a response of the handlers behind. */
    void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        assert ctx.channel().eventLoop().inEventLoop();
        if (unanswered > 0 && msg instanceof HttpResponse response) {
            closing |= response.headers().containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true);
        }
        // The last content of a chunked input is made by a handler nearer to the socket.
        boolean ends = msg instanceof HttpChunkedInput || ResponseWriter.isEnd(msg);
        if (held > 0 || msg instanceof ChunkedInput) {
            held++;
            ChannelPromise written = promise.unvoid();
            ctx.write(msg, written);
            written.addListener(done -> {
                held--;
                if (!done.isSuccess()) {
                    ctx.close(); // the response is incomplete, so no other can follow
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
