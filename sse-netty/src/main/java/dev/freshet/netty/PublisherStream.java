package dev.freshet.netty;

import dev.freshet.codec.EventEncoder;
import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.log.EndPosition;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.channels.ClosedChannelException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An open stream of a publisher's events: a handler behind the request handler, which leaves the pipeline at its end,
 * so that the connection may take the next request. It has no queue: it requests as many events as the channel has
 * room for. Confined to the channel's event loop, except for the methods that {@link StreamBase} names.
 */
final class PublisherStream extends StreamBase {
    private static final int ROUNDS_IN_A_ROW = 16;
    private final FailureEvent failed;
    private final Consumer<Boolean> ended;
    private final WriteBufferWaterMark waterMark = channel.config().getWriteBufferWaterMark();
    private final PublisherDemand demand = new PublisherDemand();
    private final PublisherRate rate = new PublisherRate();
    final PublisherSubscriber subscriber = new PublisherSubscriber(channel.eventLoop(), this::checkId, this::drain);
    private PublisherPhase phase = PublisherPhase.STARTING;
    private boolean keepAlive;
    private boolean chunked;
    private boolean draining;
    private boolean scheduled;
    private boolean unflushed;
    private @Nullable CloseReason cut; // of a channel that was closed before its last write

    /** @param ended called with keep-alive when the stream has ended and the channel was not closed before */
    PublisherStream(
            StreamLoop loop,
            Channel channel,
            StreamLease lease,
            FailureEvent failed,
            boolean keepAlive,
            Consumer<Boolean> ended) {
        super(loop, channel, lease);
        this.failed = failed;
        this.keepAlive = keepAlive;
        this.ended = ended;
    }

    /** Ends the stream, or a start that has failed: cancels the subscription, and ends the lease. */
    void over() {
        assert channel.eventLoop().inEventLoop();
        phase = phase.to(PublisherPhase.ENDED);
        open = false;
        cancel();
        lease.end();
    }

    /** Writes the head; the first drain flushes it, with the events that were signalled by then. */
    void head(HttpResponse head) {
        assert channel.eventLoop().inEventLoop();
        chunked = HttpUtil.isTransferEncodingChunked(head);
        channel.config().setWriteBufferWaterMark(WATER_MARK);
        ctx.write(head, ctx.voidPromise());
        unflushed = true;
        if (open) {
            phase = phase.to(PublisherPhase.STREAMING);
        }
    }

    /** Takes the publisher's signals and requests more, while the channel is writable. */
    void drain() {
        assert channel.eventLoop().inEventLoop();
        if (phase != PublisherPhase.STREAMING || draining) {
            return;
        }
        draining = true;
        subscriber.beginDrain();
        boolean more = true;
        try {
            for (int round = 0; more && round < ROUNDS_IN_A_ROW; round++) {
                more = drainRound();
            }
            flush();
        } catch (Throwable e) {
            more = false;
            fail(e);
        } finally {
            draining = false;
            loop.count(this);
        }
        if (!more) {
            subscriber.endDrain(phase == PublisherPhase.STREAMING && channel.isWritable());
        } else if (!scheduled) {
            scheduled = true; // a publisher that signals within request must not hold the loop
            loop.afterInputAndOutput(() -> {
                scheduled = false;
                drain();
            });
        }
    }

    /** Returns whether signals are left, or may be requested. */
    private boolean drainRound() {
        takeSignals();
        if (ending && !subscriber.isWaiting()) {
            truncate();
        }
        request();
        if (!subscriber.isWaiting() || !channel.isWritable()) {
            flush();
        }
        return channel.isWritable() && (subscriber.isWaiting() || demand.more(channel.bytesBeforeUnwritable()) > 0);
    }

    private void takeSignals() {
        while (phase == PublisherPhase.STREAMING && !aborted && channel.isWritable()) {
            PublisherSubscriber.Signal signal = subscriber.take();
            if (signal == null) {
                return;
            }
            demand.received(signal);
            if (signal instanceof PublisherSubscriber.Next next) {
                writeEvent(next.bytes());
            } else if (signal instanceof PublisherSubscriber.End last) {
                complete(last.failure());
            }
        }
    }

    private void request() {
        try {
            demand.request(channel.bytesBeforeUnwritable(), subscriber);
        } catch (Throwable e) {
            if (end == null) { // else the subscription has closed the stream, and the failure is not sent
                complete(e);
            }
        }
    }

    private void writeEvent(byte[] bytes) {
        ctx.write(new DefaultHttpContent(Unpooled.wrappedBuffer(bytes)), ctx.voidPromise());
        rate.written(bytes.length);
        loop.counts().delivered(1, bytes.length);
        writes.wrote(EventLoops.nanoTime(channel.eventLoop()));
        unflushed = true;
    }

    private void flush() {
        if (unflushed) {
            unflushed = false;
            ctx.flush();
        }
    }

    /** Completes the response; the stream ends when its last part is written. */
    private void complete(@Nullable Throwable failure) {
        if (failure != null) {
            Log.warn("{}: publisher failed", remoteAddress(), failure);
            SseEvent event = failed.of(failure, this::checkId);
            if (event != null && phase == PublisherPhase.STREAMING) { // else the publisher or the mapper has closed it
                writeEvent(EventEncoder.encode(event));
            }
        }
        if (phase == PublisherPhase.STREAMING) {
            phase = phase.to(PublisherPhase.COMPLETING);
            reason = failure == null ? CloseReason.COMPLETED : CloseReason.FAILED;
            cancel();
            unflushed = true;
            ctx.write(LastHttpContent.EMPTY_LAST_CONTENT)
                    .addListener(written -> finish(written.isSuccess() ? reason : null));
        }
    }

    /** Drops the signals, and cancels the subscription. */
    private void cancel() {
        subscriber.close();
        demand.cancel();
    }

    @Override
    void closeNow(CloseReason why) {
        assert channel.eventLoop().inEventLoop();
        if (open && cut == null) {
            cut = why;
            ctx.flush();
            PublisherAbort.close(channel, chunked);
        }
    }

    /** Does not begin an end with a deadline: the publisher has until then to complete. */
    @Override
    boolean beginEnd(StreamEnd how, Function<SseHub, EndPosition> ends) {
        if (how.hasDeadline()) {
            EventLoops.run(channel.eventLoop(), () -> keepAlive = false);
            return false;
        }
        boolean begins = super.beginEnd(how, ends);
        if (begins) {
            subscriber.seal();
        }
        return begins;
    }

    @Override
    void drainToEnd() {
        keepAlive = false;
        demand.cancel();
        drain();
    }

    /** Closes the channel behind the last lines, without an end of the body, so that it is not taken for complete. */
    private void truncate() {
        StreamEnd begun = end;
        if (phase == PublisherPhase.STREAMING && begun != null && !aborted) {
            phase = phase.to(PublisherPhase.TRUNCATING);
            reason = begun.reason();
            cancel();
            ctx.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(begun.farewell())))
                    .addListener(written -> closeNow(begun.reason()));
        }
    }

    @Override
    void drop(CloseReason why) {
        assert channel.eventLoop().inEventLoop();
        if (open && cut == null) {
            cut = why;
            cancel();
            PublisherAbort.closeUnsent(this, chunked);
        }
    }

    @Override
    StreamWriteProgress.Verdict check(long patience, long now) {
        return rate.check(writes, channel, lease.options(), patience, now);
    }

    @Override
    boolean writeHeartbeat(byte @Nullable [] event) {
        ctx.writeAndFlush(
                new DefaultHttpContent(StreamFraming.PLAIN.heartbeat(channel.alloc(), event)), ctx.voidPromise());
        return true;
    }

    @Override
    ChannelFuture write(byte[] event) {
        assert channel.eventLoop().inEventLoop();
        if (phase != PublisherPhase.STREAMING || aborted) {
            return channel.newFailedFuture(new ClosedChannelException());
        }
        rate.written(event.length);
        return ctx.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(event)));
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        drain();
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        finish(null);
        ctx.fireChannelInactive();
    }

    /** Closes a stream whose handler the application has removed. */
    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        closeNow(CloseReason.ERROR);
        finish(null);
    }

    /** @param whole the reason of a response that was written to its end, else null */
    private void finish(@Nullable CloseReason whole) {
        if (!open) {
            return;
        }
        CloseReason why = whole != null ? whole : cut != null ? cut : disconnected();
        over();
        loop.leave(this, why);
        if (cut == null && channel.isActive()) {
            channel.config().setWriteBufferWaterMark(waterMark);
            ctx.pipeline().remove(this);
            if (whole == null) {
                PublisherAbort.close(channel, chunked);
            } else if (!keepAlive) {
                channel.close();
            }
            ended.accept(keepAlive && whole != null);
        }
    }
}
