package dev.freshet.netty;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The place of a read timeout in a pipeline, from the start of a finite stream to its end. A handler cannot be added to
 * a pipeline twice, so a new one with the same times takes the place again. Confined to the channel's event loop.
 */
final class RequestPausedTimeout extends ChannelHandlerAdapter {
    private final IdleStateHandler paused;
    private @Nullable ChannelHandlerContext ctx;

    private RequestPausedTimeout(IdleStateHandler paused) {
        this.paused = paused;
    }

    /** Returns whether a new handler can take the place of this one: subclasses may do more. */
    static boolean canPause(ChannelHandler handler) {
        return handler.getClass() == IdleStateHandler.class || handler.getClass() == ReadTimeoutHandler.class;
    }

    /** Takes the place of a handler that can be paused. */
    static RequestPausedTimeout pause(ChannelHandlerContext timeout) {
        RequestPausedTimeout pause = new RequestPausedTimeout((IdleStateHandler) timeout.handler());
        timeout.pipeline().replace(timeout.handler(), timeout.name(), pause);
        return pause;
    }

    /** Puts a new handler at the place, from which its times begin, unless the place has been removed. */
    void resume() {
        ChannelHandlerContext place = ctx;
        if (place != null) {
            place.pipeline().replace(this, place.name(), successor());
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

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        this.ctx = ctx;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        this.ctx = null;
    }
}
