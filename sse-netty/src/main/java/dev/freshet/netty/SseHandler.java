package dev.freshet.netty;

import dev.freshet.netty.RequestGuard.Place;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/**
 * The handler for an existing pipeline: it answers the requests of its endpoints, and every other one passes unharmed.
 *
 * <p>Build it once and add it to every channel, after the HTTP codec. It needs the channel's own event loop, and is refused
 * with another executor. In each channel it puts a handler for that channel in its own place.
 *
 * <p>A request that is no endpoint's, or malformed, passes to the handlers behind, which answer it. One that is an
 * endpoint's does not; its answer keeps its place among those to the requests before it. The connection may serve any
 * number of requests before a hub's stream, and before and after a publisher's. {@code AUTO_READ} may be off.
 *
 * <p>When a hub's stream begins,
 * <ul>
 *   <li>the HTTP codec and every handler behind it leave the pipeline: aggregators, compressors, chunked writers, CORS and
 *       the application's own handlers, so an application must not write to that channel any more;
 *   <li>compressors and chunked writers leave before the head is written, the others, such as Netty's CORS handler, see it;
 *   <li>{@code IdleStateHandler} and {@code ReadTimeoutHandler} leave wherever they stand: {@link Builder#heartbeat} and
 *       {@link Builder#writeTimeout} do their work;
 *   <li>everything else between the socket and the codec stays: TLS, flush consolidation, traffic shaping, logging; what
 *       the stream writes comes there with void promises, so a handler that adds a listener to one calls {@code unvoid};
 *   <li>what follows the head over HTTP/1.1 are chunks, not the codec's (RFC 9112 7.1), of whole lines but for a snapshot's large events;
 *   <li>the channel reads by itself; what the client still sends is dropped, and ends the stream over 64 KiB.
 * </ul>
 *
 * <p>Over HTTP/2 it goes into the child channels that an {@code Http2MultiplexHandler} makes, each after an {@code
 * Http2StreamFrameToHttpObjectCodec}. A stream then ends with END_STREAM, and the connection stays; whoever owns the
 * connection ends it. That codec of Netty 4.2.18 throws where a {@code :path} has a space, or a {@code :method} is no
 * token, and loses a buffer where the request has no body: check both before it. And a {@code
 * FlushConsolidationHandler} between the socket and HTTP/2's codec flushes when the channel is full, also in the middle of a
 * frame, so that others get inside it. An {@link SseServer} is safe from both.
 *
 * <p>When a publisher's finite stream begins, only compressors and read timeouts leave, and where a read timeout did, the
 * connection ends with the stream. Thread-safe.
 */
@Sharable
public final class SseHandler extends ChannelHandlerAdapter {
    private final RequestEngine engine;

    SseHandler(RequestEngine engine) {
        this.engine = engine;
    }

    /** A builder with the defaults. Throws an IllegalStateException where Netty is older than 4.1.124 or 4.2.4. */
    public static Builder builder() {
        NettyVersion.check();
        return new Builder();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        if (ctx.executor() != ctx.channel().eventLoop()) {
            throw new IllegalStateException(
                    "SseHandler: added with an executor of its own (expected: the channel's event loop)");
        }
        RequestOptions options = engine.options();
        IncomingConnectionBudget budget = engine.requests().connection(ctx.channel());
        ctx.pipeline().replace(this, ctx.name(), new RequestHandler(engine, budget, null, null));
        if (options.access().scope() == AccessScope.ALL_REQUESTS) {
            RequestGuard guard = new RequestGuard(engine, Place.GUEST);
            ctx.pipeline().addAfter(ctx.name(), HandlerNames.guard(ctx.name()), guard);
        }
    }

    /** The open streams. */
    public SseConnections connections() {
        return engine.connections();
    }

    /**
     * Ends every stream, in waves: each gets what was published and sent to it before its wave began, and a {@code retry} of
     * its own. New ones are told to come later. A publisher's finite stream may end by itself up to the deadline.
     *
     * @param deadline when the last is closed at the latest, from now; 0 to 365 days
     * @return completes when no stream is open; not to be joined on an event loop, which has streams to end
     */
    public CompletionStage<Void> shutdown(Duration deadline) {
        return engine.shutdown().begin(deadline, null);
    }

    /** The same, with the clients' returns spread over a time of 0 to 365 days. */
    public CompletionStage<Void> shutdown(Duration deadline, Duration comeBackIn) {
        return engine.shutdown().begin(deadline, Objects.requireNonNull(comeBackIn, "comeBackIn"));
    }

    RequestEngine engine() {
        return engine;
    }

    /** Builds an {@link SseHandler}. Not thread-safe. */
    public static final class Builder extends HandlerOptions<Builder> {
        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /** The handler. */
        public SseHandler build() {
            return new SseHandler(new RequestEngine(options(1)));
        }
    }
}
