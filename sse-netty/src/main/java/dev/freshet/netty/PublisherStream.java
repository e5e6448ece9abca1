package dev.freshet.netty;

import dev.freshet.codec.EventEncoder;
import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.log.EndPlace;
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
 * One open stream of a publisher's events: stands behind the request handler while it lasts, and leaves the connection to the next
 * request. Requests what the channel has room for, so it has no queue. Confined to the event loop, but for {@link StreamBase}'s.
 */
final class PublisherStream extends StreamBase {
    private static final int ROUNDS_IN_A_ROW = 16;
    private final FailureEvent failed;
    private final Consumer<Boolean> ended;
    private final WriteBufferWaterMark waterMark;
    private final PublisherDemand demand = new PublisherDemand();
    private final PublisherRate rate = new PublisherRate();
    final PublisherSubscriber intake;

    private boolean keepAlive;
    private boolean chunked;
    private boolean draining;
    private boolean goesOn;
    private boolean unflushed;
    /** Why the connection was closed before that had gone out, or null. */
    private @Nullable CloseReason cut;

    /** Calls ended once the stream is over and the connection goes on, with whether for another request. */
    PublisherStream(
            StreamLoop group,
            Channel channel,
            StreamLease lease,
            FailureEvent failed,
            boolean keepAlive,
            Consumer<Boolean> ended) {
        super(group, channel, lease);
        this.failed = failed;
        this.keepAlive = keepAlive;
        this.ended = ended;
        this.waterMark = channel.config().getWriteBufferWaterMark();
        this.intake = new PublisherSubscriber(channel.eventLoop(), this::checkId, this::drain);
    }

    /** There is no more of it, or it cannot begin. */
    void over() {
        open = false;
        stop();
        lease.end();
    }

    /** Flushed with the first events, where these are there at once. */
    void head(HttpResponse head) {
        chunked = HttpUtil.isTransferEncodingChunked(head);
        channel.config().setWriteBufferWaterMark(WATER_MARK);
        ctx.write(head, ctx.voidPromise());
        unflushed = true;
    }

    /** Takes what the publisher has signalled and asks for more, while the channel takes it. */
    void drain() {
        assert channel.eventLoop().inEventLoop();
        if (place < 0 || draining || !open || reason != null) { // before it has its place it has not begun
            return;
        }
        draining = true;
        intake.beginDrain();
        boolean more = false;
        try {
            more = drainRounds();
        } catch (Throwable e) {
            fail(e);
        } finally {
            draining = false;
            group.count(this);
        }
        if (!more) {
            intake.endDrain(reason == null && open && channel.isWritable());
        } else if (!goesOn) {
            goesOn = true; // a publisher that signals at once must not hold the loop
            group.afterInputAndOutput(() -> {
                goesOn = false;
                drain();
            });
        }
    }

    /** Returns whether it would go on. */
    private boolean drainRounds() {
        boolean more = true;
        for (int round = 0; more && round < ROUNDS_IN_A_ROW; round++) {
            takeAll();
            if (ending && !intake.isWaiting()) {
                endIncomplete();
            }
            ask();
            if (!intake.isWaiting() || !channel.isWritable()) {
                flush();
            }
            more = reason == null && channel.isWritable() && (intake.isWaiting() || wanted() > 0);
        }
        flush();
        return more;
    }

    private void takeAll() {
        while (reason == null && !aborted && channel.isWritable()) {
            PublisherSubscriber.Signal signal = intake.take();
            if (signal == null) {
                return;
            }
            demand.received(signal);
            if (signal instanceof PublisherSubscriber.Next next) {
                put(next.bytes());
            } else if (signal instanceof PublisherSubscriber.End last) {
                end(last.failure());
            }
        }
    }

    private int wanted() {
        return reason == null ? demand.more(channel.bytesBeforeUnwritable()) : 0;
    }

    private void ask() {
        try {
            demand.ask(wanted(), intake);
        } catch (Throwable e) {
            if (end == null) { // else it has closed the stream, which says nothing more
                end(e);
            }
        }
    }

    private void put(byte[] bytes) {
        ctx.write(new DefaultHttpContent(Unpooled.wrappedBuffer(bytes)), ctx.voidPromise());
        rate.written(bytes.length);
        group.delivered(bytes.length);
        writes.wrote(System.nanoTime());
        unflushed = true;
    }

    private void flush() {
        if (unflushed) {
            unflushed = false;
            ctx.flush();
        }
    }

    private void end(@Nullable Throwable failure) {
        if (failure != null) {
            Log.warn("{}: publisher failed", remoteAddress(), failure);
            SseEvent told = failed.of(failure, this::checkId);
            if (told != null && reason == null) { // else the publisher or the mapper has closed it
                put(EventEncoder.encode(told));
            }
        }
        if (reason == null && open) { // the response ends: the stream is over once that is on its way
            reason = failure == null ? CloseReason.COMPLETED : CloseReason.FAILED;
            stop();
            unflushed = true;
            ctx.write(LastHttpContent.EMPTY_LAST_CONTENT)
                    .addListener(written -> finish(written.isSuccess() ? reason : null));
        }
    }

    /** Nothing more is taken from the publisher. */
    private void stop() {
        intake.close();
        demand.cancel();
    }

    @Override
    void closeNow(CloseReason why) {
        if (open && cut == null) {
            cut = why;
            ctx.flush();
            PublisherAbort.close(channel, chunked);
        }
    }

    /** May end by itself up to a deadline. */
    @Override
    boolean beginEnd(StreamEnd how, Function<SseHub, EndPlace> places) {
        if (how.hasDeadline()) {
            EventLoops.run(channel.eventLoop(), () -> keepAlive = false);
            return false;
        }
        boolean begins = super.beginEnd(how, places);
        if (begins) {
            intake.seal();
        }
        return begins;
    }

    @Override
    void drainToEnd() {
        keepAlive = false;
        demand.cancel();
        drain();
    }

    /** What was signalled is written; it is cut off behind the last lines, lest it pass for whole. */
    private void endIncomplete() {
        StreamEnd begun = end;
        if (reason == null && begun != null && !aborted) {
            reason = begun.reason();
            stop();
            ctx.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(begun.farewell())))
                    .addListener(written -> closeNow(begun.reason()));
        }
    }

    @Override
    void drop(CloseReason why) {
        if (open && cut == null) {
            cut = why;
            stop();
            if (chunked) {
                closeUnsent();
            } else {
                PublisherAbort.close(channel, false);
            }
        }
    }

    @Override
    StreamWriteProgress.Verdict look(long patience, long now) {
        return rate.look(writes, channel, lease.options(), patience, now);
    }

    @Override
    boolean writeHeartbeat(byte @Nullable [] event) {
        ctx.writeAndFlush(
                new DefaultHttpContent(StreamFraming.PLAIN.heartbeat(channel.alloc(), event)), ctx.voidPromise());
        return true;
    }

    @Override
    ChannelFuture write(byte[] event) {
        if (reason != null || !open || aborted) {
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

    /** Only where somebody took this handler out of the pipeline. */
    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        closeNow(CloseReason.ERROR);
        finish(null);
    }

    /** Why, where it has said all that it had to say. */
    private void finish(@Nullable CloseReason whole) {
        assert channel.eventLoop().inEventLoop();
        if (!open) {
            return;
        }
        CloseReason why = whole != null ? whole : cut != null ? cut : gone();
        over();
        group.leave(this);
        group.listener().closed(this, why);
        if (cut != null || !channel.isActive()) {
            return;
        }
        channel.config().setWriteBufferWaterMark(waterMark);
        ctx.pipeline().remove(this);
        if (!keepAlive) {
            channel.close();
        }
        ended.accept(keepAlive);
    }
}
