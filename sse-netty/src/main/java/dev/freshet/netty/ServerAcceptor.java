package dev.freshet.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ServerChannel;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The handler of a server's listening socket. It closes accepted sockets that are over a limit, and pauses accepting if
 * an accept fails, for example without a file descriptor left. Confined to the listening socket's event loop, except
 * for {@link #listening}, {@link #close} and the counters, which are thread-safe.
 */
final class ServerAcceptor extends ChannelDuplexHandler {
    private static final long FIRST_PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 1000;
    private static final long BETWEEN_WARNINGS_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final StreamAdmission sockets;
    private final RequestPolicy access;
    private final LongAdder refused = new LongAdder();
    private final LongAdder failures = new LongAdder();

    /** The listening channel, or null before it is created. */
    private volatile @Nullable ServerChannel listening;

    private boolean paused;
    private long pauseMillis = FIRST_PAUSE_MILLIS;
    private long warned = System.nanoTime() - BETWEEN_WARNINGS_NANOS;

    ServerAcceptor(Limits limits, RequestPolicy access) {
        this.sockets = new StreamAdmission(limits.sockets(), limits.socketsPerAddress(), Integer.MAX_VALUE);
        this.access = access;
    }

    /** Sets the listening channel. */
    ServerChannel listening(ServerChannel channel) {
        listening = channel;
        return channel;
    }

    /** Returns the listening channel, or null before it is created. */
    @Nullable
    ServerChannel listening() {
        return listening;
    }

    /** Closes the listening channel. Called on any thread. */
    void close() {
        Channel channel = listening;
        if (channel != null) {
            EventLoops.run(channel.eventLoop(), channel::close);
        }
    }

    /** Returns the number of sockets that were closed because of a limit. */
    long refused() {
        return refused.sum();
    }

    /** Returns the number of failures to accept a socket. */
    long failures() {
        return failures.sum();
    }

    /** Returns whether accepting is paused. */
    boolean isPaused() {
        assert listening == null || listening.eventLoop().inEventLoop();
        return paused;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        pauseMillis = FIRST_PAUSE_MILLIS;
        Channel socket = (Channel) msg;
        StreamAdmission.Permit permit = sockets.admit(counted(socket), null);
        if (permit == null) {
            refused.increment();
            Log.debug("{}: too many sockets", socket.remoteAddress());
            socket.unsafe().closeForcibly(); // not registered with an event loop yet
            return;
        }
        Slot slot = sockets.isUnlimited() ? null : new Slot(permit);
        if (slot != null) {
            socket.closeFuture().addListener(slot);
        }
        ctx.fireChannelRead(msg);
        if (slot != null && !socket.isOpen()) {
            slot.release(); // a channel that no event loop has registered does not notify its close future
        }
    }

    /** Returns the address that the socket counts for, or null for a trusted proxy, which connects for many clients. */
    private @Nullable SocketAddress counted(Channel socket) {
        if (!sockets.countsAddresses()) {
            return null; // on some transports the address is a system call
        }
        SocketAddress address = socket.remoteAddress();
        return access.isProxy(address) ? null : address;
    }

    /** Called when accepting has failed; without a pause it would fail again at once. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        failures.increment();
        if (paused) {
            return;
        }
        paused = true;
        ctx.channel().config().setAutoRead(false);
        ctx.executor().schedule(() -> resume(ctx), pauseMillis, TimeUnit.MILLISECONDS);
        pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
        long now = System.nanoTime();
        if (now - warned >= BETWEEN_WARNINGS_NANOS) {
            warned = now;
            Log.warn(
                    "cannot accept connections ({} failures so far), goes on trying: {}",
                    failures.sum(),
                    cause.toString());
        }
    }

    private void resume(ChannelHandlerContext ctx) {
        paused = false;
        ctx.channel().config().setAutoRead(true);
    }

    @Override
    public void read(ChannelHandlerContext ctx) {
        if (!paused) {
            ctx.read();
        }
    }

    /** The permit of one socket, released once. */
    private static final class Slot implements ChannelFutureListener {
        private final StreamAdmission.Permit permit;
        private final AtomicBoolean released = new AtomicBoolean();

        Slot(StreamAdmission.Permit permit) {
            this.permit = permit;
        }

        void release() {
            if (!released.getAndSet(true)) {
                permit.release();
            }
        }

        @Override
        public void operationComplete(ChannelFuture closed) {
            release();
        }
    }
}
