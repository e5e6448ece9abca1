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
 * What goes wrong on the connections of one handler or server. What a peer does is quiet and counted, for anybody may do
 * it, as often as he likes: that it goes, breaks off, or breaks the rules of TLS or HTTP. The rest is for the operator.
 * Thread-safe.
 */
final class Faults {
    private final LongAdder peers = new LongAdder();
    private volatile Consumer<Error> inDoubt;

    /** @param inDoubt told of an error that leaves the process in doubt */
    Faults(Consumer<Error> inDoubt) {
        this.inDoubt = inDoubt;
    }

    /** Who else is told of an error that leaves the process in doubt. */
    void onDoubt(Consumer<Error> action) {
        inDoubt = action;
    }

    /** How many faults of peers there were. */
    long peers() {
        return peers.sum();
    }

    /** The peer has done what it must not. */
    void peer(@Nullable SocketAddress remote, String what) {
        peers.increment();
        Log.debug("{}: {}", remote, what);
    }

    /** Something has failed on a channel: by its peer, or not. */
    void failed(String what, Channel channel, Throwable cause) {
        if (isPeers(cause)) {
            peer(channel.remoteAddress(), what + ": " + cause);
            return;
        }
        Log.warn("{}: {} failed", channel.remoteAddress(), what, cause);
        doubt(cause);
    }

    /** Something has failed, and was told: whether the process is in doubt now. */
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

    /** What a recursion without end does to one thread, and what Netty refuses by its own count, is over with its call. */
    private static boolean isHarmless(VirtualMachineError error) {
        return error instanceof StackOverflowError || error instanceof OutOfDirectMemoryError;
    }

    /** Returns the reason where an endpoint has failed for a topic that its client may have named, else null. */
    static @Nullable TopicNameException topic(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof TopicNameException topic ? topic : null;
    }
}
