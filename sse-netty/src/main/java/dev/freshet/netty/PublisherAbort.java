package dev.freshet.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslHandler;

/** The end of a connection in the middle of a response, such that what has come of it does not pass for the whole. */
final class PublisherAbort {
    private PublisherAbort() {}

    /**
     * Closes the channel. A response in chunks lacks its last one then, and a stream of HTTP/2 is reset. One that ends
     * where its connection ends, to HTTP/1.0, is cut by a reset of the connection, and over TLS without its closing alert;
     * a channel that knows no {@code SO_LINGER} is closed as ever.
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
}
