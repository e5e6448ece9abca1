package dev.freshet.netty;

import dev.freshet.codec.EventEncoder;
import dev.freshet.event.LastEventId;
import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.log.EndPlace;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One open stream, whatever it is a stream of: what its loop's group and the application know it by. Confined to the
 * channel's event loop, but for the methods of {@link SseConnection} and what says so.
 */
abstract class StreamBase extends ChannelInboundHandlerAdapter implements SseConnection {
    /** Low, so that a slow client is seen at once and waits in the log. */
    static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(16 << 10, 32 << 10);

    private static final AtomicLongFieldUpdater<StreamBase> PENDING_SENDS =
            AtomicLongFieldUpdater.newUpdater(StreamBase.class, "pendingSends");
    private static final AtomicReferenceFieldUpdater<StreamBase, @Nullable StreamEnd> END =
            AtomicReferenceFieldUpdater.newUpdater(StreamBase.class, StreamEnd.class, "end");

    final StreamLoop group;
    final Channel channel;
    final StreamLease lease;
    final StreamWriteProgress writes = new StreamWriteProgress();

    /** Place in the group's list, below 0 outside it; the group's to set. */
    int place = -1;

    /** Between join and leave, where there is anything to look at; the group's to set. */
    @Nullable
    StreamSocketBytes socket;

    @SuppressWarnings("NullAway.Init") // from handlerAdded on
    ChannelHandlerContext ctx;

    volatile boolean open = true;

    /** Nothing more is written. */
    volatile boolean aborted;

    /** The end that has begun, or null. */
    volatile @Nullable StreamEnd end;

    /** The loop has seen that. */
    boolean ending;

    private long unsent;

    /** Why it ended, once its last was written or the channel closed: nothing is written any more. */
    @Nullable
    CloseReason reason;

    @SuppressWarnings("UnusedVariable") // by the updater
    private volatile long pendingSends;

    StreamBase(StreamLoop group, Channel channel, StreamLease lease) {
        this.group = group;
        this.channel = channel;
        this.lease = lease;
        lease.grant(this);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        ctx = added;
    }

    /** The loop's timer: a comment after write silence, the end after a time without progress. */
    final void tick(long now) {
        assert channel.eventLoop().inEventLoop();
        if (socket != null) {
            socket.check(now);
        }
        switch (check(patienceNanos(), now)) {
            case STALLED -> cut(CloseReason.STALLED);
            case SILENT -> {
                if (reason == null) {
                    if (writeHeartbeat(lease.options().heartbeat().encodedEvent())) {
                        writes.wroteHeartbeat(now);
                    }
                }
            }
            case WAITING -> lookWhileItWaits();
            case FINE -> {}
        }
    }

    StreamWriteProgress.Verdict check(long patience, long now) {
        return writes.check(channel, lease.options(), patience, now);
    }

    /** Writes the event, or a comment where there is none; returns false where it could not now. */
    abstract boolean writeHeartbeat(byte @Nullable [] event);

    /** Something waits to be written. */
    void lookWhileItWaits() {}

    /**
     * Any thread: begins an end, whose place is fixed later; returns false where another has begun.
     *
     * @param places those of the end, by hub
     */
    boolean beginEnd(StreamEnd how, Function<SseHub, EndPlace> places) {
        if (!END.compareAndSet(this, null, how)) {
            return false;
        }
        lease.leaveLimits();
        return true;
    }

    /** Any thread: the place of the end is fixed. Whatever the loop was given before goes first. */
    void endSoon() {
        EventLoops.execute(channel.eventLoop(), () -> {
            beginEnding();
            drainToEnd();
        });
    }

    /** On the loop: from now on the time of the end runs. */
    void beginEnding() {
        StreamEnd begun = end;
        if (!ending && begun != null && open) {
            ending = true;
            writes.begin(System.nanoTime());
            if (!begun.hasDeadline()) {
                lease.endAfter(group.options().limits().closeTimeout(), this, () -> cut(CloseReason.STALLED));
            }
        }
    }

    /** On the way to the end. */
    abstract void drainToEnd();

    /** For how long the client may take no byte. */
    private long patienceNanos() {
        StreamOptions options = group.options();
        long writes = options.writeTimeout().toNanos();
        StreamEnd begun = end;
        return ending && begun != null && !begun.hasDeadline()
                ? Math.min(writes, options.limits().closeProgressTimeout().toNanos())
                : writes;
    }

    /** The end, whatever waits. */
    abstract void closeNow(CloseReason why);

    /** On the loop: its time is up; one that is on its way to its end does not get there. */
    void cut(CloseReason why) {
        StreamEnd begun = end;
        if (begun != null && open && reason == null) {
            group.cutShort();
            if (channel.isWritable()) {
                write(begun.farewell());
            }
        }
        closeNow(begun == null ? why : begun.reason());
    }

    /** Whether what it writes are copies that others may write, too. */
    boolean writesCopies() {
        return false;
    }

    /** How many bytes more than at the last call wait for HTTP/2's window that are no copies; what TLS has encrypted of them counts, too. */
    final long growth() {
        long before = unsent;
        unsent = open && !writesCopies() && channel instanceof Http2StreamChannel
                ? StreamWriteProgress.bytes(channel)
                : 0;
        return unsent - before;
    }

    /** Any thread: the end, and nothing more is written. */
    void abort() {
        aborted = true;
        EventLoops.run(channel.eventLoop(), () -> drop(CloseReason.APPLICATION));
    }

    /** The end, and what waits is dropped. */
    abstract void drop(CloseReason why);

    /** Any thread: throws an IllegalArgumentException where the event's own id is none that a client could come back with. */
    void checkId(SseEvent event) {
        if (event.id() != null) {
            LastEventId.check(event.id(), group.options().limits().eventIdBytes());
        }
    }

    /** Writes an event, and flushes; fails behind the end. */
    abstract ChannelFuture write(byte[] event);

    /** And what waits for the socket is dropped, of TLS what is encrypted already, too. */
    void closeUnsent() {
        ChannelHandlerContext tls = ctx.pipeline().context(SslHandler.class);
        (tls == null ? ctx : tls).close();
    }

    /** Any thread: its time is up. */
    void cutSoon() {
        EventLoops.run(channel.eventLoop(), () -> cut(CloseReason.SHUTDOWN));
    }

    @Override
    public void close() {
        StreamEnd.of(CloseReason.APPLICATION, 1).begin(List.of(this));
    }

    @Override
    public CompletionStage<Void> send(SseEvent event) {
        checkId(event);
        byte[] bytes = EventEncoder.encode(event);
        if (!open || end != null || aborted) {
            return CompletableFuture.failedFuture(new ClosedChannelException());
        }
        int limit = group.options().sendLimit();
        long waiting = PENDING_SENDS.getAndAdd(this, bytes.length); // so only one can go over the limit
        if (waiting >= limit) {
            PENDING_SENDS.addAndGet(this, -bytes.length);
            EventLoops.run(channel.eventLoop(), () -> closeNow(CloseReason.OVERFLOW));
            return CompletableFuture.failedFuture(new IllegalStateException(
                    "send: " + waiting + " bytes wait for " + remoteAddress() + " (sendLimit)"));
        }
        CompletableFuture<Void> sent = new CompletableFuture<>();
        boolean queued = EventLoops.run(channel.eventLoop(), () -> {
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
        Http2FrameRules.reset(ctx, cause);
        fail(cause);
    }

    void fail(Throwable cause) {
        group.faults().failed("stream", channel, cause);
        CloseReason gone = VanishedPeer.is(cause) ? CloseReason.STALLED : CloseReason.PEER;
        closeNow(cause instanceof IOException ? gone : CloseReason.ERROR);
    }

    /** Why it ended where only its connection has. */
    CloseReason gone() {
        return VanishedPeer.was(channel) ? CloseReason.STALLED : CloseReason.PEER;
    }
}
