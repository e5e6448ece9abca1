package dev.freshet.netty;

import dev.freshet.codec.EventEncoder;
import dev.freshet.event.LastEventId;
import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.log.EndPosition;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The base of open streams, of hubs and of publishers: the part that the event loop's loop and the application use.
 * Confined to the channel's event loop, except for {@link SseConnection}'s methods and those for any thread.
 */
abstract class StreamBase extends StreamProperties {
    /** Low marks, so that a slow client is detected at once, and its events wait in the log. */
    static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(16 << 10, 32 << 10);

    private static final AtomicLongFieldUpdater<StreamBase> PENDING_SENDS =
            AtomicLongFieldUpdater.newUpdater(StreamBase.class, "pendingSends");
    private static final AtomicReferenceFieldUpdater<StreamBase, @Nullable StreamEnd> END =
            AtomicReferenceFieldUpdater.newUpdater(StreamBase.class, StreamEnd.class, "end");

    final StreamLoop loop;
    /** The index in the loop's list; below 0 before the stream has joined. Set by the loop. */
    int index = -1;

    /** The count of bytes in its socket; null outside of the loop, and if nothing is counted. Set by the loop. */
    @Nullable
    StreamSocketBytes socket;

    @SuppressWarnings("NullAway.Init") // from handlerAdded on
    ChannelHandlerContext ctx;

    /** Whether the stream is aborted: nothing more is written. */
    volatile boolean aborted;

    /** The end that has begun, or null. */
    volatile @Nullable StreamEnd end;

    /** Null while no bytes wait. */
    private @Nullable StreamLagNotice lagNotice;

    /** Whether the loop has begun that end. */
    boolean ending;

    /** The bytes that {@link #growth} has counted. */
    private long unsent;

    /** The reason of the end, once the last bytes are written or the channel is closed; then nothing is written. */
    @Nullable
    CloseReason reason;

    @SuppressWarnings("UnusedVariable") // by the updater
    private volatile long pendingSends;

    StreamBase(StreamLoop loop, Channel channel, StreamLease lease) {
        super(channel, lease);
        this.loop = loop;
        lease.grant(this);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        ctx = added;
    }

    /**
     * Called by a tick: writes a heartbeat after silence, closes the stream after a time without progress.
     *
     * @param isTimed whether the tick is the timer's, in which the listener is told of a lag
     */
    final void tick(long now, boolean isTimed) {
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
                        loop.counts().heartbeat();
                    }
                }
            }
            case WAITING -> {
                checkWaiting();
                if (isTimed) {
                    tellLag();
                }
                return;
            }
            case FINE -> {}
        }
        lagNotice = null;
    }

    /** Tells the listener that the stream lags, once for each doubling. */
    private void tellLag() {
        if (lagNotice == null) {
            lagNotice = new StreamLagNotice();
        }
        long events = reason == null && end == null ? lag().events() : 0;
        if (lagNotice.isToTell(events)) {
            loop.listener().lagging(this, events);
        }
    }

    StreamWriteProgress.Verdict check(long patience, long now) {
        return writes.check(channel, lease.options(), patience, now);
    }

    /** Writes the event, or a comment if it is null; returns false if nothing may be written now. */
    abstract boolean writeHeartbeat(byte @Nullable [] event);

    /** Called by a tick while bytes wait to be written. */
    void checkWaiting() {}

    /**
     * Any thread: begins an end, whose position is fixed later. Returns false if another end has begun.
     *
     * @param ends the positions of the end, by hub
     */
    boolean beginEnd(StreamEnd how, Function<SseHub, EndPosition> ends) {
        if (!END.compareAndSet(this, null, how)) {
            return false;
        }
        lease.leaveLimits();
        return true;
    }

    /** Any thread: called when the position of the end is fixed. The tasks that the loop was given before run first. */
    void endSoon() {
        EventLoops.execute(channel.eventLoop(), () -> {
            beginEnding();
            drainToEnd();
        });
    }

    /** Starts the time of the end that has begun; once. */
    void beginEnding() {
        assert channel.eventLoop().inEventLoop();
        StreamEnd begun = end;
        if (!ending && begun != null && open) {
            ending = true;
            writes.begin(EventLoops.nanoTime(channel.eventLoop()));
            if (!begun.hasDeadline()) {
                lease.endAfter(loop.options().limits().closeTimeout(), this, () -> cut(CloseReason.STALLED));
            }
        }
    }

    /** Writes what precedes the end, and the end; called when its time has started. */
    abstract void drainToEnd();

    /** The time for which the client may take no byte. */
    private long patienceNanos() {
        StreamOptions options = loop.options();
        long writes = options.writeTimeout().toNanos();
        StreamEnd begun = end;
        return ending && begun != null && !begun.hasDeadline()
                ? Math.min(writes, options.limits().closeProgressTimeout().toNanos())
                : writes;
    }

    /** Closes the channel, whatever waits to be written. */
    abstract void closeNow(CloseReason why);

    /** Closes a stream whose time is up, also if its end has begun and is not reached. */
    void cut(CloseReason why) {
        assert channel.eventLoop().inEventLoop();
        StreamEnd begun = end;
        if (begun != null && open && reason == null) {
            loop.cutShort();
            if (channel.isWritable()) {
                write(begun.farewell());
            }
        }
        closeNow(begun == null ? why : begun.reason());
    }

    /** Whether the stream writes copies that other streams may write, too. */
    boolean writesCopies() {
        return false;
    }

    /**
     * Returns the growth since the last call of the bytes that wait for a window of HTTP/2 and are no copies. Those of
     * them that TLS has encrypted are counted, too.
     */
    final long growth() {
        assert channel.eventLoop().inEventLoop();
        long before = unsent;
        boolean counts = open && !writesCopies() && channel instanceof Http2StreamChannel;
        unsent = counts ? StreamWriteProgress.bytes(channel) : 0;
        return unsent - before;
    }

    /** Any thread: closes the stream; nothing more is written. */
    void abort() {
        aborted = true;
        EventLoops.run(channel.eventLoop(), () -> drop(CloseReason.APPLICATION));
    }

    /** Closes the channel, and drops what waits to be written. */
    abstract void drop(CloseReason why);

    /** Any thread: throws an IllegalArgumentException if the event has an id that no client could send back. */
    void checkId(SseEvent event) {
        if (event.id() != null) {
            LastEventId.check(event.id(), loop.options().limits().eventIdBytes());
        }
    }

    /** Writes an event and flushes; fails after the end. */
    abstract ChannelFuture write(byte[] event);

    /** Closes the channel and drops what waits for the socket, with TLS also what is encrypted already. */
    void closeUnsent() {
        ChannelHandlerContext tls = ctx.pipeline().context(SslHandler.class);
        (tls == null ? ctx : tls).close();
    }

    /** Any thread: cuts the stream off, for a shutdown or by the end that has begun. */
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
        int limit = loop.options().sendLimit();
        long waiting = PENDING_SENDS.getAndAdd(this, bytes.length); // so that only one send can exceed the limit
        if (waiting >= limit) {
            PENDING_SENDS.addAndGet(this, -bytes.length);
            EventLoops.run(channel.eventLoop(), () -> closeNow(CloseReason.OVERFLOW));
            return CompletableFuture.failedFuture(new IllegalStateException(
                    "send: " + waiting + " bytes wait for " + remoteAddress() + " (sendLimit)"));
        }
        CompletableFuture<Void> sent = new CompletableFuture<>();
        boolean queued = EventLoops.run(channel.eventLoop(), () -> {
            writes.wrote(EventLoops.nanoTime(channel.eventLoop()));
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
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Http2FrameRules.reset(ctx, cause);
        fail(cause);
    }

    void fail(Throwable cause) {
        assert channel.eventLoop().inEventLoop();
        loop.faults().failed("stream", channel, cause);
        CloseReason broken = VanishedPeer.is(cause) ? CloseReason.STALLED : CloseReason.PEER;
        closeNow(cause instanceof IOException ? broken : CloseReason.ERROR);
    }

    /** The reason of an end by the connection alone. */
    CloseReason disconnected() {
        return VanishedPeer.was(channel) ? CloseReason.STALLED : CloseReason.PEER;
    }
}
