package dev.freshet.netty;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProtocols;
import java.util.function.Consumer;

/**
 * The handler behind TLS until the handshake has completed. It then makes the pipeline for HTTP/2 if ALPN selected
 * that, else for HTTP/1.1. Confined to the event loop.
 */
final class ServerAlpn extends ApplicationProtocolNegotiationHandler {
    private final Faults faults;
    private final Consumer<ChannelPipeline> http1;
    private final Consumer<ChannelPipeline> http2;

    /**
     * Creates the handler.
     *
     * @param http1 adds the handlers for HTTP/1.1
     * @param http2 adds the handlers for HTTP/2
     */
    ServerAlpn(Faults faults, Consumer<ChannelPipeline> http1, Consumer<ChannelPipeline> http2) {
        super(ApplicationProtocolNames.HTTP_1_1); // for a client without ALPN, too
        this.faults = faults;
        this.http1 = http1;
        this.http2 = http2;
    }

    @Override
    protected void configurePipeline(ChannelHandlerContext ctx, String protocol) {
        assert ctx.channel().eventLoop().inEventLoop();
        ServerNoRenegotiation records = ctx.pipeline().get(ServerNoRenegotiation.class);
        records.handshakeDone();
        SslHandler tls = ctx.pipeline().get(SslHandler.class);
        if (tls.engine().getSession().getProtocol().equals(SslProtocols.TLS_v1_3)) {
            ctx.pipeline().remove(records); // TLS 1.3 has no renegotiation
        }
        if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
            http2.accept(ctx.pipeline());
        } else {
            http1.accept(ctx.pipeline());
        }
    }

    /** Counts a fault of the peer: on an open port, clients without TLS or with other trust anchors are normal. */
    @Override
    protected void handshakeFailure(ChannelHandlerContext ctx, Throwable cause) {
        faults.peer(ctx.channel().remoteAddress(), "no TLS: " + cause);
        ctx.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof DecoderException) { // of input of the peer
            handshakeFailure(ctx, cause);
        } else {
            faults.failed("connection", ctx.channel(), cause);
            ctx.close();
        }
    }
}
