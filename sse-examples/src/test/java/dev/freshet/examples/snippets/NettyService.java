package dev.freshet.examples.snippets;

import dev.freshet.event.SseEvent;
import dev.freshet.examples.snippets.Application.Book;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.SseHandler;
import dev.freshet.netty.SseReply;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpServerCodec;
import java.util.List;

/** A service on Netty of its own, to which the handler is added. */
final class NettyService {
    private static final class YourOwnHandler extends ChannelInboundHandlerAdapter {}

    private NettyService() {}

    static void init(ChannelPipeline pipeline, SseHub hub, Book book) {
        SseHandler events = SseHandler.builder() // build once, add to every channel
                .endpoint("/prices", request -> SseReply.subscribe(hub, "prices")
                        .snapshot(() -> List.of(SseEvent.json("book", book.now())))) // the state, then its changes
                .build();

        pipeline.addLast(new HttpServerCodec());
        pipeline.addLast(events);
        pipeline.addLast(new YourOwnHandler()); // gets every request that is not an endpoint's
    }
}
