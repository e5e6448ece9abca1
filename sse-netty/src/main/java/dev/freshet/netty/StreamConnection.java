package dev.freshet.netty;

import dev.freshet.codec.EventEncoder;
import dev.freshet.event.SseEvent;
import dev.freshet.log.Batch;
import dev.freshet.log.Cursor;
import dev.freshet.log.Reset;
import dev.freshet.log.TopicLog;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * One open stream: the last handler of its channel. It has no queue: what it has not read waits in the log. Confined to
 * the channel's event loop, but for the methods of {@link SseConnection}, {@link #farewell} and {@link #abort}.
 */
final class StreamConnection extends ChannelInboundHandlerAdapter implements SseConnection {
    private static final int BATCH_BYTES = 64 << 10;
    private static final int FLUSHES_IN_A_ROW = 16;
    private static final int MOST_UNREAD_BYTES = 64 << 10;
    private static final AtomicIntegerFieldUpdater<StreamConnection> PENDING_SENDS =
            AtomicIntegerFieldUpdater.newUpdater(StreamConnection.class, "pendingSends");

    private final LoopGroup group;
    final Channel channel;
    final Cursor cursor;
    private final Lease lease;

    /** Place in the group's list, below 0 outside it; the group's to set. */
    int place = -1;

    /** Place in the fan-out of each topic; the fan-outs' to set. */
    final int[] places;

    @SuppressWarnings("NullAway.Init") // from handlerAdded on
    private ChannelHandlerContext ctx;

    private volatile int pendingSends;
    private volatile boolean open = true;
    private @Nullable CloseReason reason;
    private boolean draining;
    private boolean goesOn;
    private int ignoredBytes;
    private final WriteWatch writes = new WriteWatch();

    StreamConnection(LoopGroup group, Channel channel, Cursor cursor, Lease lease) {
        this.group = group;
        this.channel = channel;
        this.cursor = cursor;
        this.lease = lease;
        this.places = new int[cursor.logs().size()];
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        ctx = added;
    }

    /** In the fan-out now: reads the log after it, so that what was published in between is not missed. */
    void begin() {
        lease.begin(this, group.options(), group.loop());
        drainAlone();
        ctx.flush();
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
        ctx.write(group.wrap(batch), ctx.voidPromise());
        writes.wrote(now);
        return true;
    }

    /** Nothing can be read where the cursor stands; returns whether the stream goes on elsewhere. */
    private boolean end(Batch batch) {
        if (batch == Batch.CLOSED) {
            closeAfterWrites(CloseReason.HUB_CLOSED);
            return false;
        }
        Engine.call(() -> group.options().listener().lagged(this));
        if (group.options().lagPolicy() == LagPolicy.DISCONNECT) {
            closeNow(CloseReason.LAGGED);
            return false;
        }
        Reset reset = cursor.skip();
        byte[] told = EventEncoder.encode(reset.toEvent(cursor.position()));
        ctx.write(Unpooled.wrappedBuffer(told), ctx.voidPromise());
        return true;
    }

    /** The loop's timer: a comment after write silence, the end after a time without progress. */
    void tick(long now) {
        assert channel.eventLoop().inEventLoop();
        switch (writes.look(channel, group.options(), now)) {
            case STALLED -> closeNow(CloseReason.STALLED);
            case SILENT -> {
                writes.wrote(now);
                ctx.writeAndFlush(LoopGroup.heartbeat(), ctx.voidPromise());
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
    public CompletionStage<Void> send(SseEvent event) {
        byte[] bytes = EventEncoder.encode(event);
        if (!open) {
            return CompletableFuture.failedFuture(new ClosedChannelException());
        }
        int limit = group.options().sendLimit();
        if (PENDING_SENDS.addAndGet(this, bytes.length) > limit) {
            PENDING_SENDS.addAndGet(this, -bytes.length);
            Engine.on(channel.eventLoop(), () -> closeNow(CloseReason.OVERFLOW));
            return CompletableFuture.failedFuture(new IllegalStateException(
                    "send: more than " + limit + " bytes wait for " + remoteAddress() + " (sendLimit)"));
        }
        CompletableFuture<Void> sent = new CompletableFuture<>();
        boolean queued = Engine.on(channel.eventLoop(), () -> {
            writes.wrote(System.nanoTime());
            ctx.writeAndFlush(Unpooled.wrappedBuffer(bytes)).addListener(written -> {
                PENDING_SENDS.addAndGet(this, -bytes.length);
                if (written.isSuccess()) {
                    sent.complete(null);
                } else {
                    sent.completeExceptionally(written.cause());
                }
            });
        });
        return queued ? sent : CompletableFuture.failedFuture(new ClosedChannelException());
    }

    @Override
    public void close() {
        Engine.on(channel.eventLoop(), () -> closeAfterWrites(CloseReason.APPLICATION));
    }

    /** Any thread: a last event, then the end. */
    void farewell(byte[] event, CloseReason why) {
        Engine.on(channel.eventLoop(), () -> {
            if (reason == null) {
                ctx.write(Unpooled.wrappedBuffer(event), ctx.voidPromise());
                closeAfterWrites(why);
            }
        });
    }

    /** Any thread: the end, whatever waits. */
    void abort() {
        Engine.on(channel.eventLoop(), () -> closeNow(CloseReason.SHUTDOWN));
    }

    private void closeAfterWrites(CloseReason why) {
        if (reason == null) {
            reason = why;
            ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    private void closeNow(CloseReason why) {
        if (reason == null) {
            reason = why;
        }
        ctx.flush(); // what the socket takes at once, the head above all, still goes out
        channel.close();
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public @Nullable Object attribute(String name) {
        return lease.attribute(name);
    }

    @Override
    public List<String> topics() {
        return cursor.logs().stream().map(TopicLog::topic).toList();
    }

    @Override
    public SocketAddress remoteAddress() {
        return channel.remoteAddress();
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
            Engine.log.debug("{}: sent {} bytes on its stream", remoteAddress(), ignoredBytes);
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
        CloseReason why = reason == null ? CloseReason.PEER : reason;
        reason = why;
        cursor.close();
        lease.end();
        if (place >= 0) { // else it has ended before it began
            group.leave(this);
            Engine.call(() -> group.options().listener().closed(this, why));
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(cause);
    }

    void fail(Throwable cause) {
        Engine.logFailure("stream", channel, cause);
        closeNow(cause instanceof IOException ? CloseReason.PEER : CloseReason.ERROR);
    }
}
