package dev.freshet.netty;

import dev.freshet.codec.EventEncoder;
import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.log.Batch;
import dev.freshet.log.Cursor;
import dev.freshet.log.EndPlace;
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
 * One open stream: the last handler of its channel. It has no queue: what it has not read waits in the log. Confined to
 * the channel's event loop, but for what {@link StreamBase} says.
 */
final class HubStream extends StreamBase {
    private static final int MOST_UNREAD_BYTES = 64 << 10;

    final HubLoop hubLoop;
    private final SseHub hub;

    final Cursor cursor;

    /** Place in the fan-out of each topic; the fan-outs' to set. */
    final int[] places;

    private final StreamFraming framing;
    final HubDrain drain = new HubDrain(this);

    /** What is written before the log is read, or null; the opening's to set. */
    @Nullable
    HubStateWriter state;

    /** Everything was read that there will ever be. */
    private boolean readAll;

    private int ignoredBytes;

    HubStream(HubLoop loop, Channel channel, StreamFraming framing, SseHub hub, Cursor cursor, StreamLease lease) {
        super(loop, channel, lease);
        this.hubLoop = loop;
        this.framing = framing;
        this.hub = hub;
        this.cursor = cursor;
        this.places = new int[cursor.logs().size()];
    }

    /**
     * In the fan-out now: reads the log after it, so that what was published in between is not missed.
     *
     * @param first has the first of the state, or null where nothing has that yet
     */
    void begin(@Nullable ChannelFuture first) {
        if (state == null) {
            drain.alone();
            ctx.flush();
        } else {
            state.begin(first);
        }
    }

    @Override
    boolean beginEnd(StreamEnd how, Function<SseHub, EndPlace> places) {
        if (!super.beginEnd(how, places)) {
            return false;
        }
        cursor.endAt(places.apply(hub));
        return true;
    }

    @Override
    void drainToEnd() {
        if (place >= 0) {
            drain.alone();
        }
    }

    /** Writes on while the channel takes it; the next one of the pass, where there is one, may read the same. */
    void drain(long now, @Nullable HubStream next) {
        assert channel.eventLoop().inEventLoop();
        drain.inPass(now, next);
    }

    /** It has read for now. */
    void drained() {
        if (end != null && reason == null && cursor.hasReachedEnd()) {
            finishReading(); // also where the channel is full, lest the log takes this for a reader that lags
        }
    }

    /** Writes what comes next; returns whether there was anything. */
    boolean writeNext(long now, int batchBytes) {
        if (aborted) {
            return false;
        }
        Batch batch = cursor.next(batchBytes, hubLoop.shared());
        if (batch.events() == 0) {
            return batch != Batch.CAUGHT_UP && end(batch);
        }
        ctx.write(hubLoop.frame(batch, framing, channel.alloc()), ctx.voidPromise());
        writes.wrote(now);
        return true;
    }

    /** Nothing can be read where the cursor stands; returns whether the stream goes on elsewhere. */
    boolean end(Batch batch) {
        if (batch != Batch.LAGGED_OUT) {
            endWithTopics();
            finishReading();
            return false;
        }
        if (readAll) {
            return false;
        }
        group.listener().lagged(this);
        if (reason != null) {
            return false; // it was closed there
        }
        if (group.options().lagPolicy() == LagPolicy.DISCONNECT || end != null || state != null) {
            cutBehindWrites();
            return false;
        }
        Reset reset = cursor.skip();
        byte[] told = EventEncoder.encode(reset.toEvent(cursor.position()));
        ctx.write(framing.frame(channel.alloc(), told), ctx.voidPromise());
        return true;
    }

    private void finishReading() {
        if (!readAll) {
            readAll = true;
            EventLoops.execute(channel.eventLoop(), this::writeFarewell); // behind sends that were accepted before
        }
    }

    /** What the channel is too full for is on its way to the end. */
    void endIfTopicsHave() {
        if (cursor.isEnding()) {
            endWithTopics();
        }
    }

    /** Ends it, if nothing else has, for nothing more is published to its topics. */
    private void endWithTopics() {
        CloseReason why = cursor.haveLogsEnded() ? CloseReason.COMPLETED : CloseReason.HUB_CLOSED;
        int returning = group.returning();
        if (end == null) {
            endHere(StreamEnd.of(why, returning));
        }
    }

    /** Begins an end, if nothing else has, for which nothing more is read. */
    private void endHere(StreamEnd how) {
        super.beginEnd(how, h -> new EndPlace());
        beginEnding();
    }

    /** All was read and nothing waits to be sent: the end of the body in good form. */
    private void writeFarewell() {
        StreamEnd begun = end;
        if (reason == null && begun != null && !aborted) {
            reason = begun.reason();
            ctx.write(framing.frame(channel.alloc(), begun.farewell()), ctx.voidPromise());
            ctx.writeAndFlush(framing.end()).addListener(ChannelFutureListener.CLOSE);
        }
    }

    /** What is in the socket's queue, and not the end of the body: some of it is missing. */
    private void cutBehindWrites() {
        StreamEnd lagged = StreamEnd.forLong(CloseReason.LAGGED, group.streams());
        if (end != null) {
            group.cutShort();
        }
        endHere(lagged);
        if (state != null && !state.isBetweenEvents()) {
            closeNow(CloseReason.LAGGED); // a line would become one of the event's
            return;
        }
        reason = CloseReason.LAGGED;
        ctx.writeAndFlush(framing.frame(channel.alloc(), lagged.farewell())).addListener(ChannelFutureListener.CLOSE);
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
        ctx.writeAndFlush(framing.heartbeat(channel.alloc(), event), ctx.voidPromise());
        return true;
    }

    /** What waits holds a copy of what the log has let go of: not for long. */
    @Override
    void lookWhileItWaits() {
        if (reason == null
                && !readAll
                && (group.options().lagPolicy() == LagPolicy.DISCONNECT || end != null)
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
        if (reason != null || aborted) {
            return channel.newFailedFuture(new ClosedChannelException());
        }
        return state == null ? ctx.writeAndFlush(framing.frame(channel.alloc(), event)) : state.send(event);
    }

    @Override
    void closeNow(CloseReason why) {
        reason = reason == null ? why : reason;
        ctx.flush(); // what the socket takes at once, the head above all, still goes out
        channel.close();
    }

    @Override
    void drop(CloseReason why) {
        reason = reason == null ? why : reason;
        closeUnsent();
    }

    @Override
    public List<String> topics() {
        return cursor.logs().stream().map(TopicLog::topic).toList();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        drain.alone(); // writes nothing while the channel is full
    }

    /** What a client sends on a stream has no meaning: dropped, and a flood of it ends the stream. */
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (msg instanceof ByteBuf bytes) {
            ignoredBytes += bytes.readableBytes();
        }
        ReferenceCountUtil.release(msg);
        if (ignoredBytes > MOST_UNREAD_BYTES) {
            group.faults().peer(remoteAddress(), "sent " + ignoredBytes + " bytes on its stream");
            closeNow(CloseReason.ERROR);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        finish();
    }

    /** Only where the channel has ended, or somebody took this handler out of the pipeline. */
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
        CloseReason why = reason == null ? gone() : reason;
        reason = why;
        if (state != null) {
            state.end();
        }
        lease.end(); // the cursor's, too
        if (place >= 0) { // else it has ended before it began
            hubLoop.unfollow(this);
            group.listener().closed(this, why);
        }
    }
}
