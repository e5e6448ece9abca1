package dev.freshet.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;

/** What an {@link SseServer} has to do with the requests on its connections. Confined to the connection's event loop. */
interface RequestServerHook {
    /** The first answer on a connection is no hub's stream: adds what only the others need. */
    void complete(ChannelHandlerContext door);

    /** Whether the application has put a handler between the codec and the door: one that is to see each answer's head. */
    boolean hasHandlersBefore(ChannelHandlerContext door);

    /** The connection is a stream now. */
    void leave(Channel channel);
}
