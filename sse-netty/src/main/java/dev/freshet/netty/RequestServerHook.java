package dev.freshet.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;

/**
 * The callbacks of a request handler to the {@link SseServer} whose connection it serves. Confined to the connection's
 * event loop.
 */
interface RequestServerHook {
    /** Adds the handlers that every answer but a hub's stream needs; called before the first such answer. */
    void complete(ChannelHandlerContext handler);

    /**
     * Whether the application has added a handler before the request handler that must see the head of each answer.
     */
    boolean hasHandlersBefore(ChannelHandlerContext handler);

    /** Called when the connection becomes a hub's stream. */
    void leave(Channel channel);
}
