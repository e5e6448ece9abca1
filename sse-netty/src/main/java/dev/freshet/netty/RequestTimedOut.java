package dev.freshet.netty;

import io.netty.channel.ChannelHandlerContext;

/** The count of requests that have not arrived in time. */
final class RequestTimedOut {
    private RequestTimedOut() {}

    /**
     * Counts the refusal, and tells the listener where an endpoint has begun to read the request.
     *
     * @param isBegun whether the handler has begun to process the late request; else the request that it processes, if
     *     any, is an earlier one, which is not refused
     */
    static void refused(ChannelHandlerContext ctx, RequestEngine engine, HttpAnswer refusal, boolean isBegun) {
        assert ctx.channel().eventLoop().inEventLoop();
        RequestHandler handler = ctx.pipeline().get(RequestHandler.class);
        RequestEndpointCall call = handler == null || !isBegun ? null : handler.current;
        if (call == null) {
            engine.refused(refusal);
        } else {
            engine.refused(call.asked, refusal.status(), refusal.why());
        }
    }
}
