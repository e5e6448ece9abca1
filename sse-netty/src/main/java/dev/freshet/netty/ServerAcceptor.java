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
 * The door of a server's listening socket: closes the sockets that are over a limit as they are accepted, and pauses
 * where none can be accepted, as without a file descriptor left. Confined to the listening socket's event loop, but for
 * the counts.
 */
final class ServerAcceptor extends ChannelDuplexHandler {
    private static final long FIRST_PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 1000;
    private static final long BETWEEN_WARNINGS_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final StreamAdmission sockets;
    private final RequestPolicy access;
    private final LongAdder refused = new LongAdder();
    private final LongAdder failures = new LongAdder();

    /** Null before it listens. */
    private volatile @Nullable ServerChannel listening;

    private boolean paused;
    private long pauseMillis = FIRST_PAUSE_MILLIS;
    private long warned = System.nanoTime() - BETWEEN_WARNINGS_NANOS;

    ServerAcceptor(Limits limits, RequestPolicy access) {
        this.sockets = new StreamAdmission(limits.sockets(), limits.socketsPerAddress(), Integer.MAX_VALUE);
        this.access = access;
    }

    /** The channel that it will be the door of. */
    ServerChannel listening(ServerChannel channel) {
        listening = channel;
        return channel;
    }

    @Nullable
    ServerChannel listening() {
        return listening;
    }

    /** Accepts no more; any thread. */
    void close() {
        Channel channel = listening;
        if (channel != null) {
            EventLoops.run(channel.eventLoop(), channel::close);
        }
    }

    /** How many sockets were over a limit. */
    long refused() {
        return refused.sum();
    }

    /** How often accepting has failed. */
    long failures() {
        return failures.sum();
    }

    /** Whether nothing is to be accepted for a while. */
    boolean isPaused() {
        return paused;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        pauseMillis = FIRST_PAUSE_MILLIS;
        Channel socket = (Channel) msg;
        StreamAdmission.Ticket ticket = sockets.admit(counted(socket), null);
        if (ticket == null) {
            refused.increment();
            Log.debug("{}: too many sockets", socket.remoteAddress());
            socket.unsafe().closeForcibly(); // on no event loop yet
            return;
        }
        Place place = sockets.isUnlimited() ? null : new Place(ticket);
        if (place != null) {
            socket.closeFuture().addListener(place);
        }
        ctx.fireChannelRead(msg);
        if (place != null && !socket.isOpen()) {
            place.leave(); // one that no event loop took has no end to listen to
        }
    }

    /** Null for one that has no limit of its own: many clients come through a proxy. */
    private @Nullable SocketAddress counted(Channel socket) {
        if (!sockets.countsAddresses()) {
            return null; // which some transports would have to ask for
        }
        SocketAddress address = socket.remoteAddress();
        return access.isProxy(address) ? null : address;
    }

    /** Accepting has failed. What is asked of the channel is the same as before, so it would fail again at once. */
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

    /** Of one socket among those that are counted. */
    private static final class Place implements ChannelFutureListener {
        private final StreamAdmission.Ticket ticket;
        private final AtomicBoolean left = new AtomicBoolean();

        Place(StreamAdmission.Ticket ticket) {
            this.ticket = ticket;
        }

        void leave() {
            if (!left.getAndSet(true)) {
                ticket.giveBack();
            }
        }

        @Override
        public void operationComplete(ChannelFuture closed) {
            leave();
        }
    }
}
