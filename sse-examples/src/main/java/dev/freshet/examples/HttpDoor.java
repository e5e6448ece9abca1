package dev.freshet.examples;

import static java.util.concurrent.CompletableFuture.completedFuture;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The end of a connection's pipeline: collects each request's body, asks the routes, and writes the answers in the order of the
 * requests. What is read in one go is answered in one flush, so a burst of pipelined requests costs one write to the socket.
 *
 * <p>Confined to its connection's event loop; one per connection.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes its connection, and nobody waits for it
final class HttpDoor extends ChannelInboundHandlerAdapter {

    static final int MAX_BODY = 1 << 20;

    /** How much of a body that is too large is read and dropped, so that its sender gets to see the answer. */
    private static final int MAX_DROPPED = 64 << 20;

    private static final Answer CONTINUE = new Answer(HttpResponseStatus.CONTINUE, Map.of(), new byte[0]);
    private static final Answer TOO_LARGE = Answer.error(
            HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, "body: too large (expected: <= " + MAX_BODY + " bytes)");

    private final Routes routes;
    private final Queue<Slot> slots = new ArrayDeque<>(1);
    private final ByteArrayOutputStream body = new ByteArrayOutputStream(0);
    private @Nullable HttpRequest request;
    private long received;
    private boolean reading;
    private boolean written;
    private boolean paused;
    private boolean ended;

    HttpDoor(Routes routes) {
        this.routes = routes;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            reading = true;
            if (!ended && message instanceof HttpObject object) {
                read(context, object);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void read(ChannelHandlerContext context, HttpObject object) {
        if (object.decoderResult().isFailure()) {
            Throwable cause = object.decoderResult().cause();
            answer(context, false, Answer.error(HttpResponseStatus.BAD_REQUEST, "request: " + cause.getMessage()));
            return;
        }
        if (object instanceof HttpRequest head) {
            begin(context, head);
        }
        if (object instanceof HttpContent content && request != null) {
            collect(context, content.content());
            if (content instanceof LastHttpContent) {
                end(context, request);
            }
        }
    }

    private void begin(ChannelHandlerContext context, HttpRequest head) {
        request = head;
        received = 0;
        body.reset();
        if (HttpUtil.is100ContinueExpected(head)) {
            if (HttpUtil.getContentLength(head, 0L) > MAX_BODY) {
                answer(context, false, TOO_LARGE);
            } else {
                answer(context, true, CONTINUE);
            }
        }
    }

    private void collect(ChannelHandlerContext context, ByteBuf content) {
        received += content.readableBytes();
        if (received <= MAX_BODY) {
            byte[] bytes = ByteBufUtil.getBytes(content);
            body.write(bytes, 0, bytes.length);
        } else if (received > MAX_DROPPED) {
            answer(context, false, TOO_LARGE);
        }
    }

    private void end(ChannelHandlerContext context, HttpRequest head) {
        request = null;
        boolean keepAlive = HttpUtil.isKeepAlive(head);
        if (received > MAX_BODY) {
            answer(context, keepAlive, TOO_LARGE);
            return;
        }
        try {
            answer(
                    context,
                    new Slot(head.protocolVersion(), keepAlive),
                    routes.answer(Call.of(head, body.toByteArray())));
        } catch (Call.BadRequest e) {
            answer(context, keepAlive, Answer.error(HttpResponseStatus.BAD_REQUEST, String.valueOf(e.getMessage())));
        }
    }

    private void answer(ChannelHandlerContext context, boolean keepAlive, Answer answer) {
        answer(context, new Slot(HttpVersion.HTTP_1_1, keepAlive), completedFuture(answer));
    }

    /** Takes the next place in the order of answers, and leaves it when the stage is complete and all before it have left. */
    private void answer(ChannelHandlerContext context, Slot slot, CompletionStage<Answer> stage) {
        ended |= !slot.keepAlive;
        slots.add(slot);
        stage.whenComplete((answer, failure) -> {
            Answer whole = answer != null
                    ? answer
                    : Answer.error(HttpResponseStatus.INTERNAL_SERVER_ERROR, String.valueOf(failure));
            if (context.executor().inEventLoop()) {
                fill(context, slot, whole);
            } else {
                context.executor().execute(() -> fill(context, slot, whole));
            }
        });
    }

    private void fill(ChannelHandlerContext context, Slot slot, Answer answer) {
        assert context.executor().inEventLoop();
        slot.answer = answer;
        for (Slot next = slots.peek(); next != null && next.answer != null; next = slots.peek()) {
            slots.remove();
            write(context, next, next.answer);
        }
        if (!reading) {
            flush(context);
        }
    }

    private void write(ChannelHandlerContext context, Slot slot, Answer answer) {
        FullHttpResponse response = answer.toResponse();
        written = true;
        if (answer.status().equals(HttpResponseStatus.CONTINUE)) {
            response.headers().remove(HttpHeaderNames.CONTENT_LENGTH);
            context.write(response, context.voidPromise());
            return;
        }
        HttpUtil.setKeepAlive(response.headers(), slot.version, slot.keepAlive);
        if (slot.keepAlive) {
            context.write(response, context.voidPromise());
        } else {
            context.write(response).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        reading = false;
        flush(context);
        context.fireChannelReadComplete();
    }

    /** Flushes what was written; a peer that sends requests and reads no answers is not read from until it does. */
    private void flush(ChannelHandlerContext context) {
        if (written) {
            written = false;
            context.flush();
            if (!context.channel().isWritable()) {
                paused = true;
                context.channel().config().setAutoRead(false);
            }
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (paused && context.channel().isWritable()) {
            paused = false;
            context.channel().config().setAutoRead(true);
        }
        context.fireChannelWritabilityChanged();
    }

    /** One place in the order of answers. */
    private static final class Slot {

        final HttpVersion version;
        final boolean keepAlive;

        @Nullable
        Answer answer;

        Slot(HttpVersion version, boolean keepAlive) {
            this.version = version;
            this.keepAlive = keepAlive;
        }
    }
}
