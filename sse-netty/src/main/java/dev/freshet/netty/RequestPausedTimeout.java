package dev.freshet.netty;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.util.concurrent.TimeUnit;

/**
 * The place of a read timeout in a pipeline, from the start of a finite stream to its end. A handler cannot be added to
 * a pipeline twice, so a new one with the same times takes the place again. Confined to the channel's event loop.
 */
final class RequestPausedTimeout extends ChannelHandlerAdapter {
    private final ChannelPipeline pipeline;
    private final IdleStateHandler paused;

    private RequestPausedTimeout(ChannelPipeline pipeline, IdleStateHandler paused) {
        this.pipeline = pipeline;
        this.paused = paused;
    }

    /**
     * Returns whether a new handler can take the place of this one: subclasses may do more, and one with an executor of
     * its own is replaced later than its channel's event loop continues.
     */
    static boolean canPause(ChannelHandlerContext timeout) {
        Class<?> type = timeout.handler().getClass();
        return (type == IdleStateHandler.class || type == ReadTimeoutHandler.class)
                && timeout.executor() == timeout.channel().eventLoop();
    }

    /** Takes the place of a handler that can be paused. */
    static RequestPausedTimeout pause(ChannelHandlerContext timeout) {
        assert timeout.channel().eventLoop().inEventLoop();
        ChannelPipeline pipeline = timeout.pipeline();
        RequestPausedTimeout pause = new RequestPausedTimeout(pipeline, (IdleStateHandler) timeout.handler());
        pipeline.replace(timeout.handler(), timeout.name(), pause);
        return pause;
    }

    /** Puts a new handler at the place, from which its times begin, unless the place has been removed. */
    void resume() {
        assert pipeline.channel().eventLoop().inEventLoop();
        ChannelHandlerContext place = pipeline.context(this);
        if (place != null) {
            pipeline.replace(this, place.name(), successor());
        }
    }

    private ChannelHandler successor() {
        long reader = paused.getReaderIdleTimeInMillis();
        return paused instanceof ReadTimeoutHandler
                ? new ReadTimeoutHandler(reader, TimeUnit.MILLISECONDS)
                : new IdleStateHandler(
                        reader,
                        paused.getWriterIdleTimeInMillis(),
                        paused.getAllIdleTimeInMillis(),
                        TimeUnit.MILLISECONDS);
    }
}
