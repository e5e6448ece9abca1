package dev.freshet.netty;

import dev.freshet.log.TopicNameException;
import io.netty.channel.Channel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.util.internal.OutOfDirectMemoryError;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The faults on the connections of one handler or server. Faults of peers (disconnections, incomplete input, violations
 * of TLS or HTTP) are counted and logged at DEBUG, because any peer may cause any number of them. Others are logged for
 * the operator. Thread-safe.
 */
final class Faults {
    private final LongAdder peers = new LongAdder();
    private volatile Consumer<Error> inDoubt;

    /**
     * Creates the counters.
     *
     * @param inDoubt called with an error after which the process is in an unknown state
     */
    Faults(Consumer<Error> inDoubt) {
        this.inDoubt = inDoubt;
    }

    /** Replaces the action for an error after which the process is in an unknown state. */
    void onDoubt(Consumer<Error> action) {
        inDoubt = action;
    }

    /** Returns the number of faults of peers. */
    long peers() {
        return peers.sum();
    }

    /** Counts a fault of the peer and logs it. */
    void peer(@Nullable SocketAddress remote, String what) {
        peers.increment();
        Log.debug("{}: {}", remote, what);
    }

    /** Reports a failure on a channel, as a fault of its peer or of this end. */
    void failed(String what, Channel channel, Throwable cause) {
        if (isPeers(cause)) {
            peer(channel.remoteAddress(), what + ": " + cause);
            return;
        }
        Log.warn("{}: {} failed", channel.remoteAddress(), what, cause);
        doubt(cause);
    }

    /** Reports a failure that was logged already, if the process is in an unknown state after it. */
    void doubt(Throwable cause) {
        if (cause instanceof VirtualMachineError error && !isHarmless(error)) {
            inDoubt.accept(error);
        }
    }

    private static boolean isPeers(Throwable cause) {
        return cause instanceof IOException
                || cause instanceof DecoderException
                || Http2CodecUtil.getEmbeddedHttp2Exception(cause) != null;
    }

    /**
     * Returns whether the error ends with its call. It does if it is a stack overflow of one thread, or memory that
     * Netty refuses by its own count.
     */
    private static boolean isHarmless(VirtualMachineError error) {
        return error instanceof StackOverflowError || error instanceof OutOfDirectMemoryError;
    }

    /**
     * Returns the failure of an endpoint as that of a topic which its client may have named, or null for any other
     * failure.
     */
    static @Nullable TopicNameException topic(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof TopicNameException topic ? topic : null;
    }
}
