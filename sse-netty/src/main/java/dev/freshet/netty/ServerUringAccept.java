package dev.freshet.netty;

import io.netty.channel.Channel;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.util.concurrent.ThreadAwareExecutor;

/**
 * Lets io_uring pause accepting. Netty asks for the next socket at once where one could not be accepted, whether it is
 * to be read from the channel or not, so without a file descriptor left it would do nothing else: while the door is
 * paused, nothing that the listening channel asks for is submitted, which Netty takes for an invalid registration's
 * answer. When the pause is over, the channel asks again. Confined to one event loop.
 */
final class ServerUringAccept implements IoHandler {
    private final IoHandler handler;
    private final ServerAcceptor door;

    private ServerUringAccept(IoHandler handler, ServerAcceptor door) {
        this.handler = handler;
        this.door = door;
    }

    /** Of handlers such as these, with a pause. */
    static IoHandlerFactory factory(IoHandlerFactory handlers, ServerAcceptor door) {
        return new IoHandlerFactory() {
            @Override
            public IoHandler newHandler(ThreadAwareExecutor executor) {
                return new ServerUringAccept(handlers.newHandler(executor), door);
            }

            @Override
            public boolean isChangingThreadSupported() {
                return handlers.isChangingThreadSupported();
            }
        };
    }

    @Override
    public void initialize() {
        handler.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        return handler.run(context);
    }

    @Override
    public void prepareToDestroy() {
        handler.prepareToDestroy();
    }

    @Override
    public void destroy() {
        handler.destroy();
    }

    @Override
    public void wakeup() {
        handler.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> type) {
        return handler.isCompatible(type);
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        IoRegistration registration = handler.register(handle);
        Channel channel = door.listening();
        return channel != null && channel.unsafe() == handle ? new Paused(registration, door, channel) : registration;
    }

    private record Paused(IoRegistration registration, ServerAcceptor door, Channel listening)
            implements IoRegistration {
        /** What an invalid registration answers. */
        private static final long NOT_SUBMITTED = 0;

        @Override
        public <T> T attachment() {
            return registration.attachment();
        }

        @Override
        public long submit(IoOps ops) {
            boolean closing = !listening.isOpen();
            return door.isPaused() && !closing ? NOT_SUBMITTED : registration.submit(ops);
        }

        @Override
        public boolean isValid() {
            return registration.isValid();
        }

        @Override
        public boolean cancel() {
            return registration.cancel();
        }
    }
}
