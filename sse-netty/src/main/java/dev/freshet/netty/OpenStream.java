package dev.freshet.netty;

import dev.freshet.codec.EventEncoder;
import dev.freshet.event.LastEventId;
import dev.freshet.event.SseEvent;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.Http2StreamChannel;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * One open stream, whatever it is a stream of: what its loop's group and the application know it by. Confined to the
 * channel's event loop, but for the methods of {@link SseConnection}, {@link #farewell} and {@link #abort}.
 */
abstract class OpenStream extends ChannelInboundHandlerAdapter implements SseConnection {
    private static final AtomicLongFieldUpdater<OpenStream> PENDING_SENDS =
            AtomicLongFieldUpdater.newUpdater(OpenStream.class, "pendingSends");

    final LoopGroup group;
    final Channel channel;
    final Lease lease;
    final WriteWatch writes = new WriteWatch();

    /** Place in the group's list, below 0 outside it; the group's to set. */
    int place = -1;

    @SuppressWarnings("NullAway.Init") // from handlerAdded on
    ChannelHandlerContext ctx;

    volatile boolean open = true;

    @SuppressWarnings("UnusedVariable") // by the updater
    private volatile long pendingSends;

    OpenStream(LoopGroup group, Channel channel, Lease lease) {
        this.group = group;
        this.channel = channel;
        this.lease = lease;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        ctx = added;
    }

    /** The loop's timer: a comment after write silence, the end after a time without progress. */
    abstract void tick(long now);

    /** Any thread: its time has come, with an event or a {@code retry} to say so. */
    abstract void farewell(byte[] lines, CloseReason why);

    /** The end, whatever waits. */
    abstract void closeNow(CloseReason why);

    /** Any thread: throws an IllegalArgumentException where the event's own id is none that a client could come back with. */
    void checkId(SseEvent event) {
        if (event.id() != null) {
            LastEventId.check(event.id(), group.options().limits().eventIdBytes());
        }
    }

    /** Writes an event, and flushes; fails behind the end. */
    abstract ChannelFuture write(byte[] event);

    /** Any thread: the end, whatever waits. */
    void abort() {
        Engine.on(channel.eventLoop(), () -> closeNow(CloseReason.SHUTDOWN));
    }

    @Override
    public CompletionStage<Void> send(SseEvent event) {
        checkId(event);
        byte[] bytes = EventEncoder.encode(event);
        if (!open) {
            return CompletableFuture.failedFuture(new ClosedChannelException());
        }
        int limit = group.options().sendLimit();
        long waiting = PENDING_SENDS.getAndAdd(this, bytes.length); // so only one can go over the limit
        if (waiting >= limit) {
            PENDING_SENDS.addAndGet(this, -bytes.length);
            Engine.on(channel.eventLoop(), () -> closeNow(CloseReason.OVERFLOW));
            return CompletableFuture.failedFuture(new IllegalStateException(
                    "send: " + waiting + " bytes wait for " + remoteAddress() + " (sendLimit)"));
        }
        CompletableFuture<Void> sent = new CompletableFuture<>();
        boolean queued = Engine.on(channel.eventLoop(), () -> {
            writes.wrote(System.nanoTime());
            write(bytes).addListener(written -> {
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
    public boolean isOpen() {
        return open;
    }

    @Override
    public List<String> topics() {
        return List.of();
    }

    @Override
    public @Nullable Object attribute(String name) {
        return lease.attribute(name);
    }

    @Override
    public SocketAddress remoteAddress() {
        return channel.remoteAddress();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Http2Exception broken = Http2CodecUtil.getEmbeddedHttp2Exception(cause);
        if (broken != null
                && channel instanceof Http2StreamChannel child
                && child.stream().state() != Http2Stream.State.CLOSED) {
            // Before it is closed, which tells CANCEL: only the error's own code is counted by a limit on resets.
            ctx.write(new DefaultHttp2ResetFrame(broken.error()), ctx.voidPromise());
        }
        fail(cause);
    }

    void fail(Throwable cause) {
        group.faults().failed("stream", channel, cause);
        CloseReason gone = Vanished.is(cause) ? CloseReason.STALLED : CloseReason.PEER;
        closeNow(cause instanceof IOException ? gone : CloseReason.ERROR);
    }

    /** Why it ended where only its connection has. */
    CloseReason gone() {
        return Vanished.was(channel) ? CloseReason.STALLED : CloseReason.PEER;
    }
}
