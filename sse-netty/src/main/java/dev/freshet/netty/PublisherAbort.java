package dev.freshet.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslHandler;

/**
 * The closing of a channel within a response, such that a client does not take the part it has received for the whole.
 */
final class PublisherAbort {
    private PublisherAbort() {}

    /**
     * Closes the channel. A chunked response then lacks its last chunk (RFC 9112 7.1), and an HTTP/2 stream is reset.
     * A response that the end of the connection delimits, to an HTTP/1.0 client, is ended by a reset of the
     * connection, and over TLS without a closure alert. A channel that has no option {@code SO_LINGER} is closed as
     * usual.
     */
    static void close(Channel channel, boolean chunked) {
        if (chunked) {
            channel.close();
            return;
        }
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        ChannelHandlerContext tls = channel.pipeline().context(SslHandler.class);
        if (tls == null) {
            channel.close();
        } else {
            tls.close();
        }
    }

    /** Closes the stream's channel as {@link #close} does, and drops what waits for the socket. */
    static void closeUnsent(StreamBase stream, boolean chunked) {
        if (chunked) {
            stream.closeUnsent();
        } else {
            close(stream.channel, false);
        }
    }
}
