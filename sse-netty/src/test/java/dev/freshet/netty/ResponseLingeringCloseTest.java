package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.HttpRequest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ResponseLingeringCloseTest extends ServerFixture {
    @ParameterizedTest
    @EnumSource(names = {"NIO", "EPOLL"})
    void aConnectionThatIsToEndTwiceIsReadOnAllTheSame(Transport transport) throws Exception {
        CompletableFuture<Channel> ending = new CompletableFuture<>();
        SseServer server = start(local().transport(transport)
                .requests(pipeline -> pipeline.addLast(new SimpleChannelInboundHandler<HttpRequest>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext ctx, HttpRequest request) {
                        ResponseLingeringClose.close(ctx.channel());
                        ResponseLingeringClose.close(ctx.channel());
                        ending.complete(ctx.channel());
                    }
                })));
        RawSseClient client = client(server);
        client.send(Pipelines.get("/page"));
        Channel channel = ending.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(channel.eventLoop().submit(channel::isActive).get(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isTrue();
    }
}
