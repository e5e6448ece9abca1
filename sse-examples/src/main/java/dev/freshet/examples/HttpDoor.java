package dev.freshet.examples;

import static java.util.concurrent.CompletableFuture.completedFuture;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
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

    /**
     * How much of a body that nobody wants is read and dropped, and for how long, before its sender is cut off: a socket
     * that is closed with bytes unread is reset, and the answer may never be seen.
     */
    private static final int MAX_DROPPED = 64 << 20;

    private static final int LINGER_SECONDS = 5;

    private static final Answer CONTINUE = new Answer(HttpResponseStatus.CONTINUE, Map.of(), new byte[0]);
    private static final Answer TOO_LARGE = Answer.error(
            HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, "body: too large (expected: <= " + MAX_BODY + " bytes)");

    private final Routes routes;
    private final Queue<Slot> slots = new ArrayDeque<>(1);
    private final ByteArrayOutputStream body = new ByteArrayOutputStream(0);
    private @Nullable HttpRequest request;
    private @Nullable Call call;
    /** What the request is answered once it is read, whatever its body is. */
    private @Nullable Answer refusal;

    private long received;
    private boolean unread;
    private boolean lingering;
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
            if (ended) {
                drop(context, message);
            } else if (message instanceof HttpObject object) {
                read(context, object);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void read(ChannelHandlerContext context, HttpObject object) {
        if (object.decoderResult().isFailure()) {
            Throwable cause = object.decoderResult().cause();
            Answer malformed = Answer.error(HttpResponseStatus.BAD_REQUEST, "request: " + cause.getMessage());
            answer(context, new Slot(HttpVersion.HTTP_1_1, false), completedFuture(malformed));
            return;
        }
        if (object instanceof HttpRequest head) {
            begin(context, head);
        }
        if (object instanceof HttpContent content && request != null) {
            collect(context, request, content.content());
            if (content instanceof LastHttpContent && !ended) {
                unread = false;
                end(context, request);
            }
        }
    }

    /** A client that waits for a word, or has more to send than is read, is refused before it sends. */
    private void begin(ChannelHandlerContext context, HttpRequest head) {
        request = head;
        unread = true;
        received = 0;
        body.reset();
        boolean tooLarge = HttpUtil.getContentLength(head, 0L) > MAX_BODY;
        try {
            call = Call.of(head, context.channel());
            refusal = routes.beforeBody(call);
        } catch (Call.BadRequest e) {
            refusal = Answer.error(HttpResponseStatus.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
        if (refusal == null && tooLarge) {
            refusal = TOO_LARGE;
        }
        boolean waits = HttpUtil.is100ContinueExpected(head) && !(head instanceof LastHttpContent);
        if (refusal != null && (waits || tooLarge)) {
            answer(context, head, false, refusal);
        } else if (waits) {
            answer(context, head, true, CONTINUE);
        }
    }

    private void collect(ChannelHandlerContext context, HttpRequest head, ByteBuf content) {
        received += content.readableBytes();
        if (received > MAX_BODY && !ended) {
            answer(context, head, false, refusal == null ? TOO_LARGE : refusal);
        } else if (refusal == null) {
            byte[] bytes = ByteBufUtil.getBytes(content);
            body.write(bytes, 0, bytes.length);
        }
    }

    private void end(ChannelHandlerContext context, HttpRequest head) {
        request = null;
        boolean keepAlive = HttpUtil.isKeepAlive(head);
        if (refusal == null && call != null) {
            answer(
                    context,
                    new Slot(head.protocolVersion(), keepAlive),
                    routes.answer(call.withBody(body.toByteArray())));
        } else if (refusal != null) {
            answer(context, head, keepAlive, refusal);
        }
    }

    /** What comes after the last answer is of nobody's interest, but its sender is to read that answer. */
    private void drop(ChannelHandlerContext context, Object message) {
        unread &= !(message instanceof LastHttpContent);
        received += message instanceof HttpContent content ? content.content().readableBytes() : 0;
        if (lingering && (!unread || received > MAX_DROPPED)) {
            context.close();
        }
    }

    /** The last answer is written. A request over HTTP/2 is a channel of its own, which the server ends well. */
    private void finish(ChannelHandlerContext context) {
        if (unread && context.channel() instanceof SocketChannel) {
            lingering = true;
            Future<?> end = context.executor().schedule(() -> context.close(), LINGER_SECONDS, TimeUnit.SECONDS);
            context.channel().closeFuture().addListener(closed -> end.cancel(false));
        } else {
            context.close();
        }
    }

    private void answer(ChannelHandlerContext context, HttpRequest head, boolean keepAlive, Answer answer) {
        answer(context, new Slot(head.protocolVersion(), keepAlive), completedFuture(answer));
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
            context.write(response, context.voidPromise());
            return;
        }
        HttpUtil.setKeepAlive(response.headers(), slot.version, slot.keepAlive);
        if (slot.keepAlive) {
            context.write(response, context.voidPromise());
        } else {
            context.write(response).addListener(written -> finish(context));
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
