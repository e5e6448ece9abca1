package dev.freshet.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;

/**
 * The callbacks of a request handler to the {@link SseServer} whose connection it serves. Called on the connection's
 * event loop.
 */
interface RequestServerHook {
    /** Adds the handlers for every response but a hub's stream; called before the first such response. */
    void complete(ChannelHandlerContext handler);

    /**
     * Returns whether the application has added a handler before the request handler that must process the head of each
     * response.
     */
    boolean hasHandlersBefore(ChannelHandlerContext handler);

    /** Called when the connection becomes a hub's stream. */
    void leave(Channel channel);
}
