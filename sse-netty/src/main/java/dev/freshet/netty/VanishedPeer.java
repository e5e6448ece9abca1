package dev.freshet.netty;

import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.AttributeKey;
import java.io.IOException;
import java.util.regex.Pattern;

/**
 * A peer that has gone without a word: what was sent to it was no longer acknowledged, or no longer taken, until the kernel
 * gave up.
 */
final class VanishedPeer {
    private static final AttributeKey<Boolean> VANISHED = AttributeKey.valueOf(VanishedPeer.class, "vanished");

    /**
     * As Linux says it: ETIMEDOUT, and EHOSTUNREACH and ENETUNREACH where a router or the own network has told meanwhile that
     * nobody is there. By number as Netty's transports do, whatever the language of the rest is, else in words.
     */
    private static final Pattern GONE =
            Pattern.compile("error\\(-(110|113|101)\\)|timed out|No route to host|Network is unreachable");

    private VanishedPeer() {}

    /** Whether an input or output failed for it. */
    static boolean is(Throwable cause) {
        return cause instanceof IOException
                && GONE.matcher(String.valueOf(cause.getMessage())).find();
    }

    /** The connection has failed, before its streams hear of its end. */
    static void note(Channel connection, Throwable cause) {
        if (is(cause)) {
            connection.attr(VANISHED).set(true);
        }
    }

    /** The connection is given up, for it takes nothing. */
    static void giveUp(Channel connection) {
        connection.attr(VANISHED).set(true);
        connection.unsafe().close(connection.unsafe().voidPromise());
    }

    /** Whether it was noted of the connection of a stream. */
    static boolean was(Channel channel) {
        Channel connection = channel instanceof Http2StreamChannel ? channel.parent() : channel;
        return connection.hasAttr(VANISHED);
    }
}
