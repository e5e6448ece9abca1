package dev.freshet.examples.load.client;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;

/** The handler of the responses on one connection of a publisher. Confined to the event loop of the connection. */
@SuppressWarnings("FutureReturnValueIgnored") // nothing waits for a close
final class Answers extends SimpleChannelInboundHandler<HttpObject> {

    /** The receiver of the events of the connection; called on its event loop. */
    interface Sink {

        /** Called when the connection is open. */
        void opened(Channel connection);

        /**
         * Called when the next request has its response.
         *
         * @param status the status, or 0 if it was not HTTP
         */
        void answered(int status);

        /** Called when the writability of the connection has changed. */
        void writable();

        /** Called when the connection is closed. */
        void closed();
    }

    private final Sink sink;
    private int status;

    Answers(Sink sink) {
        this.sink = sink;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        sink.opened(ctx.channel());
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject msg) {
        if (msg instanceof HttpResponse response) {
            status = response.decoderResult().isSuccess() ? response.status().code() : 0;
        }
        if (msg instanceof LastHttpContent && status != 100) {
            sink.answered(status);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        sink.writable();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        sink.closed();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
