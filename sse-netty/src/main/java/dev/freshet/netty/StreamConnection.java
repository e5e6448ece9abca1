package dev.freshet.netty;

import dev.freshet.codec.EventEncoder;
import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.log.Batch;
import dev.freshet.log.Cursor;
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
import org.jspecify.annotations.Nullable;

/**
 * One open stream: the last handler of its channel. It has no queue: what it has not read waits in the log. Confined to
 * the channel's event loop, but for what {@link OpenStream} says.
 */
final class StreamConnection extends OpenStream {
    private static final int BATCH_BYTES = 64 << 10;
    private static final int FLUSHES_IN_A_ROW = 16;
    private static final int MOST_UNREAD_BYTES = 64 << 10;

    private final SseHub hub;

    final Cursor cursor;

    /** Place in the fan-out of each topic; the fan-outs' to set. */
    final int[] places;

    private final Framing framing;

    /** Where the stream ends, or null where it does not by itself. */
    private final @Nullable Ending ending;

    /** Why it ends, once the end of the body is written or the channel closed; nothing is written any more. */
    private @Nullable CloseReason reason;

    private boolean draining;
    private boolean goesOn;
    private int ignoredBytes;

    StreamConnection(
            LoopGroup group,
            Channel channel,
            Framing framing,
            SseHub hub,
            Cursor cursor,
            Lease lease,
            @Nullable Ending ending) {
        super(group, channel, lease);
        this.framing = framing;
        this.hub = hub;
        this.cursor = cursor;
        this.ending = ending;
        this.places = new int[cursor.logs().size()];
    }

    /** In the fan-out now: reads the log after it, so that what was published in between is not missed. */
    void begin() {
        drainAlone();
        ctx.flush();
        if (ending != null && open) {
            ending.join(this);
            endIfReached();
        }
    }

    /** Any thread: where the stream ends is known now. */
    void endSoon() {
        Engine.on(channel.eventLoop(), this::endIfReached);
    }

    private void endIfReached() {
        CloseReason end = ending == null ? null : ending.reached(cursor);
        if (end != null) {
            closeAfterWrites(end);
        }
    }

    /** Writes on while the channel takes it. */
    void drain(long now) {
        assert channel.eventLoop().inEventLoop();
        if (draining || reason != null) {
            return;
        }
        draining = true;
        try {
            boolean more = true;
            for (int flushes = 0; more; flushes++) {
                if (flushes == FLUSHES_IN_A_ROW) {
                    if (!goesOn) {
                        goesOn = true;
                        group.afterInputAndOutput(this::goOn);
                    }
                    return;
                }
                boolean wrote = false;
                while (more && reason == null && channel.isWritable()) {
                    more = writeNext(now);
                    wrote |= more;
                }
                if (!wrote) {
                    return; // a channel that is full goes on in channelWritabilityChanged
                }
                ctx.flush();
            }
        } finally {
            draining = false;
        }
    }

    private void goOn() {
        goesOn = false;
        drainAlone();
    }

    /** Outside a pass of the fan-out. */
    private void drainAlone() {
        drain(System.nanoTime());
        if (!draining) {
            group.endPassSoon();
        }
    }

    /** Writes what comes next; returns whether there was anything. */
    private boolean writeNext(long now) {
        Batch batch = cursor.next(BATCH_BYTES, group.shared());
        if (batch.events() == 0) {
            return batch != Batch.CAUGHT_UP && end(batch);
        }
        ctx.write(group.frame(batch, framing, channel.alloc()), ctx.voidPromise());
        writes.wrote(now);
        endIfReached();
        return true;
    }

    /** Nothing can be read where the cursor stands; returns whether the stream goes on elsewhere. */
    private boolean end(Batch batch) {
        if (batch == Batch.CLOSED) {
            closeAfterWrites(CloseReason.HUB_CLOSED);
            return false;
        }
        Engine.call(() -> group.options().listener().lagged(this));
        if (reason != null) {
            return false; // it was closed there
        }
        if (group.options().lagPolicy() == LagPolicy.DISCONNECT) {
            closeNow(CloseReason.LAGGED);
            return false;
        }
        Reset reset = cursor.skip();
        byte[] told = EventEncoder.encode(reset.toEvent(cursor.position()));
        ctx.write(framing.frame(channel.alloc(), told), ctx.voidPromise());
        endIfReached(); // nothing may be left to read, the end neither
        return true;
    }

    @Override
    void tick(long now) {
        assert channel.eventLoop().inEventLoop();
        switch (writes.look(channel, group.options(), now)) {
            case STALLED -> closeNow(CloseReason.STALLED);
            case SILENT -> {
                if (reason == null) {
                    writes.wrote(now);
                    ctx.writeAndFlush(framing.heartbeat(), ctx.voidPromise());
                }
            }
            case WAITING -> {
                // What waits to be written holds memory that the log has let go of: not for long.
                if (reason == null && group.options().lagPolicy() == LagPolicy.DISCONNECT && cursor.isLaggedOut()) {
                    end(Batch.LAGGED_OUT);
                }
            }
            case FINE -> {}
        }
    }

    @Override
    void checkId(SseEvent event) {
        hub.checkEventId(event);
    }

    @Override
    ChannelFuture write(byte[] event) {
        return reason == null
                ? ctx.writeAndFlush(framing.frame(channel.alloc(), event))
                : channel.newFailedFuture(new ClosedChannelException());
    }

    @Override
    public void close() {
        Engine.on(channel.eventLoop(), () -> closeAfterWrites(CloseReason.APPLICATION));
    }

    /** Any thread: last lines, then the end. */
    @Override
    void farewell(byte[] lines, CloseReason why) {
        Engine.on(channel.eventLoop(), () -> {
            if (reason == null) {
                ctx.write(framing.frame(channel.alloc(), lines), ctx.voidPromise());
                closeAfterWrites(why);
            }
        });
    }

    private void closeAfterWrites(CloseReason why) {
        if (reason == null) {
            reason = why;
            ctx.writeAndFlush(framing.end()).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    void closeNow(CloseReason why) {
        if (reason == null) {
            reason = why;
        }
        ctx.flush(); // what the socket takes at once, the head above all, still goes out
        channel.close();
    }

    @Override
    public List<String> topics() {
        return cursor.logs().stream().map(TopicLog::topic).toList();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        drainAlone(); // writes nothing while the channel is full
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
        lease.end(); // the cursor's, too
        if (ending != null) {
            ending.leave(this);
        }
        if (place >= 0) { // else it has ended before it began
            group.unfollow(this);
            Engine.call(() -> group.options().listener().closed(this, why));
        }
    }
}
