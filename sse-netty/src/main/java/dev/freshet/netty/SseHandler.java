package dev.freshet.netty;

import dev.freshet.netty.RequestGuard.Pipeline;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/**
 * A handler for an existing pipeline that answers the requests of its endpoints and passes every other request on
 * unchanged.
 *
 * <p>One instance is added to every channel, behind the HTTP codec. It must run on the channel's own event loop; adding
 * it with another executor fails. The channel must stay registered with that event loop. In each channel the handler
 * replaces itself by a handler for that channel.
 *
 * <p>A request that matches no endpoint, or is malformed, is passed to the handlers behind, which answer it. A request
 * of an endpoint is not passed on; its response is written in the order of the requests. If a handler in front drops the
 * {@code LastHttpContent} that an endpoint waits for, the connection is closed when the next request begins. A connection may serve any
 * number of requests before a hub's stream, and before and after a publisher's. {@code AUTO_READ} may be off.
 *
 * <p>When a hub's stream begins,
 * <ul>
 *   <li>the HTTP codec and every handler behind it leave the pipeline: aggregators, compressors, chunked writers, CORS
 *       and the application's own handlers, so an application must no longer write to that channel;
 *   <li>compressors and chunked writers leave before the head is written; the others, such as Netty's CORS handler,
 *       still see the head;
 *   <li>{@code IdleStateHandler} and {@code ReadTimeoutHandler} leave from any position, replaced by {@link
 *       Builder#heartbeat} and {@link Builder#writeTimeout};
 *   <li>every other handler between the socket and the codec stays: TLS, flush consolidation, traffic shaping, logging.
 *       The writes of the stream reach them with void promises, so a handler that adds a listener must call {@code
 *       unvoid};
 *   <li>over HTTP/1.1 the stream encodes the chunks behind the head itself (RFC 9112 7.1); each holds whole lines,
 *       except for large events of a snapshot;
 *   <li>the channel reads by itself; what the client still sends is discarded, and more than 64 KiB of it end the
 *       stream.
 * </ul>
 *
 * <p>Over HTTP/2 it is added to the child channels of an {@code Http2MultiplexHandler}, each behind an {@code
 * Http2StreamFrameToHttpObjectCodec}. A stream then ends with END_STREAM and the connection stays open; closing it is
 * left to its owner. In Netty 4.2.18 that codec throws if a {@code :path} contains a space or a {@code :method} is not
 * a token, and leaks a buffer if the request has no body: validate both before it. A {@code FlushConsolidationHandler}
 * between the socket and the HTTP/2 codec flushes when the channel is full, also in the middle of a frame, so that
 * other frames are written inside it. An {@link SseServer} is affected by neither.
 *
 * <p>When a publisher's finite stream begins, only compressors and read timeouts leave. When it ends, a new {@code
 * IdleStateHandler} or {@code ReadTimeoutHandler} with the same times and the same name takes the place of the one that
 * left, without {@code observeOutput}; in between a placeholder has its name. If a subclass of these left, or one with an
 * executor of its own, the connection is closed with the stream. Thread-safe.
 */
@Sharable
public final class SseHandler extends ChannelHandlerAdapter {
    private final RequestEngine engine;

    SseHandler(RequestEngine engine) {
        this.engine = engine;
    }

    /**
     * Returns a builder with the defaults.
     *
     * @throws IllegalStateException if Netty is older than 4.1.124 or 4.2.4
     */
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
            RequestGuard guard = new RequestGuard(engine, Pipeline.APPLICATION);
            ctx.pipeline().addAfter(ctx.name(), HandlerNames.guard(ctx.name()), guard);
        }
    }

    /** Adds a sampler, which is called from now on. */
    public void addSampler(SseSampler sampler) {
        engine.samplers().add(Objects.requireNonNull(sampler, "sampler"));
    }

    /** Removes a sampler; a call that is under way may still reach it. */
    public void removeSampler(SseSampler sampler) {
        engine.samplers().remove(Objects.requireNonNull(sampler, "sampler"));
    }

    /** The open streams. */
    public SseConnections connections() {
        return engine.connections();
    }

    /** Returns the figures of streams and requests. Sums up counters: cheap, but not for each event. */
    public StreamStats stats() {
        return engine.stats();
    }

    /**
     * Returns {@link SseHealth#STOPPING} once a shutdown has begun, otherwise {@link SseHealth#SERVING}. Failures of
     * event loops are not seen here: they belong to the pipeline's owner.
     */
    public SseHealth health() {
        return engine.shutdown().hasBegun() ? SseHealth.STOPPING : SseHealth.SERVING;
    }

    /**
     * Ends every stream, in waves. Each stream receives what was published and sent to it before its wave began, and a
     * {@code retry} of its own. New requests are told to retry later. A publisher's finite stream may complete by
     * itself until the deadline. A further call applies in addition to the earlier ones: each stream ends in the first
     * of its waves, and everything is closed at the earliest deadline.
     *
     * @param deadline the time from now after which everything is closed; 0 to 365 days
     * @return a stage that completes when no stream is open. It must not be joined on an event loop that has streams
     * @throws IllegalArgumentException if the deadline is out of its range
     */
    public CompletionStage<Void> shutdown(Duration deadline) {
        return engine.shutdown().begin(deadline, null);
    }

    /**
     * Ends every stream as {@link #shutdown(Duration)} does, with the reconnections of the clients spread over a time
     * of 0 to 365 days.
     *
     * @throws IllegalArgumentException if the deadline or the time is out of its range
     */
    public CompletionStage<Void> shutdown(Duration deadline, Duration comeBackIn) {
        return engine.shutdown().begin(deadline, Objects.requireNonNull(comeBackIn, "comeBackIn"));
    }

    RequestEngine engine() {
        return engine;
    }

    /**
     * A builder of an {@link SseHandler}. A value out of its range is an IllegalArgumentException; no duration is over
     * 365 days. Not thread-safe.
     */
    public static final class Builder extends HandlerOptions<Builder> {
        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /** Builds the handler. */
        public SseHandler build() {
            return new SseHandler(new RequestEngine(options(1)));
        }
    }
}
