package dev.freshet.netty;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProtocols;

/** The handler behind TLS until the handshake is done: ALPN chose HTTP/2, or it is HTTP/1.1. */
final class TlsDoor extends ApplicationProtocolNegotiationHandler {
    private final ServerPipeline server;

    TlsDoor(ServerPipeline server) {
        super(ApplicationProtocolNames.HTTP_1_1); // also of a client without ALPN
        this.server = server;
    }

    @Override
    protected void configurePipeline(ChannelHandlerContext ctx, String protocol) {
        NoRenegotiation records = ctx.pipeline().get(NoRenegotiation.class);
        records.handshakeDone();
        SslHandler tls = ctx.pipeline().get(SslHandler.class);
        if (tls.engine().getSession().getProtocol().equals(SslProtocols.TLS_v1_3)) {
            ctx.pipeline().remove(records); // there is no renegotiation
        }
        if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
            server.http2(ctx.pipeline());
        } else {
            server.http1(ctx.pipeline());
        }
    }

    /** Whoever speaks no TLS here, or trusts another, is normal on an open port. */
    @Override
    protected void handshakeFailure(ChannelHandlerContext ctx, Throwable cause) {
        server.faults().peer(ctx.channel().remoteAddress(), "no TLS: " + cause);
        ctx.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof DecoderException) { // of what the peer has sent
            handshakeFailure(ctx, cause);
        } else {
            server.faults().failed("connection", ctx.channel(), cause);
            ctx.close();
        }
    }
}
