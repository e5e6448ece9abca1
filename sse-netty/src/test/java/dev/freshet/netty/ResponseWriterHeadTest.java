package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpServerCodec;
import org.junit.jupiter.api.Test;

/** A handler of the application's between a server's codec and its door sees the head of each answer. */
class ResponseWriterHeadTest extends ServerFixture {
    /** Adds a header to each answer. */
    private static final class Marker extends ChannelOutboundHandlerAdapter {
        @Override
        public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
            if (msg instanceof HttpResponse response) {
                response.headers().set("X-Marked", "yes");
            }
            ctx.write(msg, promise);
        }
    }

    private static void mark(ChannelPipeline pipeline) {
        if (pipeline.get(HttpServerCodec.class) != null) {
            pipeline.addAfter(pipeline.context(HttpServerCodec.class).name(), null, new Marker());
        }
    }

    private SseServer.Builder marked() {
        return local().requests(ResponseWriterHeadTest::mark)
                .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                .endpoint("/no", request -> SseReply.refuse(403));
    }

    @Test
    void alsoThatOfAHubsStream() throws Exception {
        SseServer server = start(marked());
        RawSseClient client = client(server);
        RawSseClient.Head refused = client.get("/no");
        assertThat(refused.header("X-Marked")).isEqualTo("yes");
        body(client, refused);
        RawSseClient.Head head = client.get("/events");
        assertThat(head.header("X-Marked")).isEqualTo("yes");
        assertThat(head.header("SSE-Resume")).isEqualTo("fresh");
        publish("a");
        assertThat(client.readEvent().data()).isEqualTo("a");
        assertThat(client(server).get("/events").header("X-Marked"))
                .as("as the first answer on its connection")
                .isEqualTo("yes");
    }

    @Test
    void handlersBehindTheDoorDoNotChangeTheStream() throws Exception {
        SseServer server = start(local().requests(pipeline -> pipeline.addLast(Pipelines.Behind.answeringAtOnce()))
                .endpoint("/events", request -> SseReply.subscribe(hub, "t")));
        RawSseClient client = follower(server);
        publish("a");
        assertThat(client.readEvent().data()).isEqualTo("a");
        assertThat(server.connections().count()).isEqualTo(1);
    }
}
