package dev.freshet.netty;

import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.AttributeKey;
import java.io.IOException;
import java.util.regex.Pattern;

/**
 * The mark of a connection whose peer has vanished: bytes sent to it were no longer acknowledged, or no longer taken,
 * until the kernel gave up.
 */
final class VanishedPeer {
    private static final AttributeKey<Boolean> VANISHED = AttributeKey.valueOf(VanishedPeer.class, "vanished");

    /**
     * The messages of Linux: ETIMEDOUT, and EHOSTUNREACH and ENETUNREACH if a router or the own network has reported
     * meanwhile that the peer is unreachable. By number, as in Netty's native transports in any language, else in
     * words.
     */
    private static final Pattern GONE =
            Pattern.compile("error\\(-(110|113|101)\\)|timed out|No route to host|Network is unreachable");

    private VanishedPeer() {}

    /** Returns whether an input or output failed because the peer has vanished. */
    static boolean is(Throwable cause) {
        return cause instanceof IOException
                && GONE.matcher(String.valueOf(cause.getMessage())).find();
    }

    /** Marks a failed connection, before its end is reported to its streams. */
    static void note(Channel connection, Throwable cause) {
        if (is(cause)) {
            connection.attr(VANISHED).set(true);
        }
    }

    /** Marks and closes a connection that takes nothing. */
    static void giveUp(Channel connection) {
        connection.attr(VANISHED).set(true);
        connection.unsafe().close(connection.unsafe().voidPromise());
    }

    /** Returns whether the connection of a stream is marked. */
    static boolean was(Channel channel) {
        Channel connection = channel instanceof Http2StreamChannel ? channel.parent() : channel;
        return connection.hasAttr(VANISHED);
    }
}
