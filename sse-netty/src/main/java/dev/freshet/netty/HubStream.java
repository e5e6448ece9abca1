package dev.freshet.netty;

import dev.freshet.codec.EventEncoder;
import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.log.Batch;
import dev.freshet.log.Cursor;
import dev.freshet.log.EndPosition;
import dev.freshet.log.Reset;
import dev.freshet.log.TopicLog;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An open stream of topics: the last handler of its channel. It has no queue: events that it has not read wait in the
 * log. Confined to the channel's event loop, except for the methods that {@link StreamBase} names.
 */
final class HubStream extends StreamBase {
    private static final int MOST_UNREAD_BYTES = 64 << 10;

    final HubLoop hubLoop;
    private final SseHub hub;
    final Cursor cursor;

    /** The index in the fan-out of each topic; set by the fan-outs. */
    final int[] indexes;

    final HubBody body;
    final HubDrain drain = new HubDrain(this);

    /** The state that is written before the log is read, or null; set at the start. */
    @Nullable
    HubStateWriter state;

    /** Whether the cursor has reached its end. */
    private boolean readAll;

    private int ignoredBytes;

    HubStream(HubLoop loop, Channel channel, HubBody body, SseHub hub, Cursor cursor, StreamLease lease) {
        super(loop, channel, lease);
        this.hubLoop = loop;
        this.body = body;
        this.hub = hub;
        this.cursor = cursor;
        this.indexes = new int[cursor.logs().size()];
    }

    /**
     * Begins to write; the stream has joined the fan-out before, so that it misses no event published meanwhile.
     *
     * @param first the write of the first piece of the state, or null if none is written yet
     */
    void begin(@Nullable ChannelFuture first) {
        assert channel.eventLoop().inEventLoop();
        if (state == null) {
            drain.alone();
            ctx.flush();
        } else {
            state.begin(first);
        }
    }

    @Override
    boolean beginEnd(StreamEnd how, Function<SseHub, EndPosition> ends) {
        if (!super.beginEnd(how, ends)) {
            return false;
        }
        cursor.endAt(ends.apply(hub));
        return true;
    }

    @Override
    void drainToEnd() {
        if (index >= 0) {
            drain.alone();
        }
    }

    void drained() {
        assert channel.eventLoop().inEventLoop();
        if (end != null && reason == null && cursor.hasReachedEnd()) {
            finishReading(); // also while the channel is not writable, so that the stream is not taken to lag
        }
    }

    /** Writes the next batch; returns whether there was any. */
    boolean writeNext(long now, int batchBytes) {
        assert channel.eventLoop().inEventLoop();
        if (aborted) {
            return false;
        }
        Batch batch = cursor.next(batchBytes, drain.shared());
        if (batch.events() == 0) {
            return batch != Batch.CAUGHT_UP && end(batch);
        }
        ctx.write(hubLoop.frame(batch, body, channel.alloc()), loop.sampling().promise(ctx));
        writes.wrote(now);
        return true;
    }

    /** Handles a cursor that cannot be read; returns whether the stream continues at another position. */
    boolean end(Batch batch) {
        assert channel.eventLoop().inEventLoop();
        if (batch != Batch.LAGGED_OUT) {
            endWithTopics();
            finishReading();
            return false;
        }
        if (readAll) {
            return false;
        }
        loop.listener().lagged(this);
        if (reason != null) {
            return false; // closed by the listener
        }
        if (loop.options().lagPolicy() == LagPolicy.DISCONNECT || end != null || state != null) {
            cutBehindWrites();
            return false;
        }
        Reset reset = loop.counted(cursor.skip());
        byte[] event = EventEncoder.encode(reset.toEvent(cursor.position()));
        ctx.write(body.lines(channel.alloc(), event), ctx.voidPromise());
        return true;
    }

    private void finishReading() {
        if (!readAll) {
            readAll = true;
            EventLoops.execute(channel.eventLoop(), this::writeFarewell); // after the sends that were accepted before
        }
    }

    /** Begins the end of a stream whose topics have ended, also while its channel is not writable. */
    void endIfTopicsHave() {
        assert channel.eventLoop().inEventLoop();
        if (cursor.isEnding()) {
            endWithTopics();
        }
    }

    /** Ends the stream, unless it is ending, because nothing more is published to its topics. */
    private void endWithTopics() {
        CloseReason why = cursor.haveLogsEnded() ? CloseReason.COMPLETED : CloseReason.HUB_CLOSED;
        int returning = loop.returning();
        if (end == null) {
            endHere(StreamEnd.of(why, returning));
        }
    }

    /** Begins an end at the cursor's position, unless another has begun. */
    private void endHere(StreamEnd how) {
        super.beginEnd(how, h -> new EndPosition());
        beginEnding();
    }

    /** Completes the body, after everything was read and sent. */
    private void writeFarewell() {
        StreamEnd begun = end;
        if (reason == null && begun != null && !aborted) {
            reason = begun.reason();
            ctx.write(body.lines(channel.alloc(), begun.farewell()), ctx.voidPromise());
            body.end(ctx).addListener(ChannelFutureListener.CLOSE);
        }
    }

    /** Closes the channel after the queued writes, without an end of the body, because events are missing. */
    private void cutBehindWrites() {
        StreamEnd lagged = StreamEnd.forLong(CloseReason.LAGGED, loop.streams());
        if (end != null) {
            loop.cutShort();
        }
        endHere(lagged);
        if (state != null && !state.isBetweenEvents()) {
            closeNow(CloseReason.LAGGED); // the lines would become part of the event
            return;
        }
        reason = CloseReason.LAGGED;
        ctx.writeAndFlush(body.lines(channel.alloc(), lagged.farewell())).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    boolean writesCopies() {
        return true;
    }

    @Override
    boolean writeHeartbeat(byte @Nullable [] event) {
        if (state != null) {
            return false; // it may be in the middle of an event
        }
        ctx.writeAndFlush(body.heartbeat(channel.alloc(), event), ctx.voidPromise());
        return true;
    }

    /** Ends a lagging stream whose queued writes hold copies of evicted events. */
    @Override
    void checkWaiting() {
        if (reason == null
                && !readAll
                && (loop.options().lagPolicy() == LagPolicy.DISCONNECT || end != null)
                && cursor.isLaggedOut()) {
            end(Batch.LAGGED_OUT);
        }
    }

    @Override
    void checkId(SseEvent event) {
        hub.checkEventId(event);
    }

    @Override
    ChannelFuture write(byte[] event) {
        assert channel.eventLoop().inEventLoop();
        drain.whatLingers(); // it was published before the event
        if (reason != null || aborted) {
            return channel.newFailedFuture(new ClosedChannelException());
        }
        return state == null ? ctx.writeAndFlush(body.lines(channel.alloc(), event)) : state.send(event);
    }

    @Override
    void closeNow(CloseReason why) {
        assert channel.eventLoop().inEventLoop();
        reason = reason == null ? why : reason;
        ctx.flush(); // what the socket takes at once, first of all the head, is still written
        channel.close();
    }

    @Override
    void drop(CloseReason why) {
        assert channel.eventLoop().inEventLoop();
        reason = reason == null ? why : reason;
        closeUnsent();
    }

    @Override
    public List<String> topics() {
        return cursor.logs().stream().map(TopicLog::topic).toList();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        drain.alone(); // the wake-up of an unwritable stream; writes nothing while the channel is still not writable
    }

    /** Discards what the client sends; too much of it ends the stream. */
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (msg instanceof ByteBuf bytes) {
            ignoredBytes += bytes.readableBytes();
        }
        ReferenceCountUtil.release(msg);
        if (ignoredBytes > MOST_UNREAD_BYTES) {
            loop.faults().peer(remoteAddress(), "sent " + ignoredBytes + " bytes on its stream");
            closeNow(CloseReason.ERROR);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        finish();
    }

    /** Called when the channel is closed, or the application has removed this handler. */
    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (open) {
            closeNow(CloseReason.ERROR);
            finish();
        }
    }

    private void finish() {
        assert channel.eventLoop().inEventLoop();
        if (!open) {
            return;
        }
        open = false;
        CloseReason why = reason == null ? disconnected() : reason;
        reason = why;
        if (state != null) {
            state.end();
        }
        lease.end(); // closes the cursor, too
        if (index >= 0) { // else it was closed before it joined
            hubLoop.unfollow(this);
            loop.listener().closed(this, why);
        }
    }
}
