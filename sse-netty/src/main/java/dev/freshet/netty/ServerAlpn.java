package dev.freshet.netty;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProtocols;
import java.util.function.Consumer;

/** The handler behind TLS until the handshake is done: ALPN chose HTTP/2, or it is HTTP/1.1. */
final class ServerAlpn extends ApplicationProtocolNegotiationHandler {
    private final Faults faults;
    private final Consumer<ChannelPipeline> http1;
    private final Consumer<ChannelPipeline> http2;

    /**
     * A door.
     *
     * @param http1 makes a pipeline that speaks HTTP/1.1
     * @param http2 makes a pipeline that speaks HTTP/2
     */
    ServerAlpn(Faults faults, Consumer<ChannelPipeline> http1, Consumer<ChannelPipeline> http2) {
        super(ApplicationProtocolNames.HTTP_1_1); // also of a client without ALPN
        this.faults = faults;
        this.http1 = http1;
        this.http2 = http2;
    }

    @Override
    protected void configurePipeline(ChannelHandlerContext ctx, String protocol) {
        ServerNoRenegotiation records = ctx.pipeline().get(ServerNoRenegotiation.class);
        records.handshakeDone();
        SslHandler tls = ctx.pipeline().get(SslHandler.class);
        if (tls.engine().getSession().getProtocol().equals(SslProtocols.TLS_v1_3)) {
            ctx.pipeline().remove(records); // there is no renegotiation
        }
        if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
            http2.accept(ctx.pipeline());
        } else {
            http1.accept(ctx.pipeline());
        }
    }

    /** Whoever speaks no TLS here, or trusts another, is normal on an open port. */
    @Override
    protected void handshakeFailure(ChannelHandlerContext ctx, Throwable cause) {
        faults.peer(ctx.channel().remoteAddress(), "no TLS: " + cause);
        ctx.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof DecoderException) { // of what the peer has sent
            handshakeFailure(ctx, cause);
        } else {
            faults.failed("connection", ctx.channel(), cause);
            ctx.close();
        }
    }
}
