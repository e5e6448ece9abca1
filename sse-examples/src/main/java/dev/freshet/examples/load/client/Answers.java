package dev.freshet.examples.load.client;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;

/** The answers on one connection of a publisher. Confined to its event loop. */
@SuppressWarnings("FutureReturnValueIgnored") // a close needs no answer
final class Answers extends SimpleChannelInboundHandler<HttpObject> {

    /** What is told of them. */
    interface Sink {

        void opened(Channel connection);

        /** The next request has its answer: with a status, or 0 where it was no HTTP. */
        void answered(int status);

        /** More may be written, or less. */
        void writable();

        void closed();
    }

    private final Sink sink;
    private int status;

    Answers(Sink sink) {
        this.sink = sink;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        sink.opened(context.channel());
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
        if (message instanceof HttpResponse response) {
            status = response.decoderResult().isSuccess() ? response.status().code() : 0;
        }
        if (message instanceof LastHttpContent && status != 100) {
            sink.answered(status);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        sink.writable();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        sink.closed();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
