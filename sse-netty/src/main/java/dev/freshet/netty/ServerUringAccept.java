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
 * The I/O handler that pauses accepting with io_uring. After a failed accept Netty submits the next one at once,
 * whether the channel is to be read or not, so without a file descriptor left the loop would do nothing else. While the
 * acceptor is paused, operations of the listening channel are not submitted; Netty is given the result of an invalid
 * registration. After the pause the channel submits again. Without a state of its own.
 */
final class ServerUringAccept implements IoHandler {
    private final IoHandler handler;
    private final ServerAcceptor acceptor;

    private ServerUringAccept(IoHandler handler, ServerAcceptor acceptor) {
        this.handler = handler;
        this.acceptor = acceptor;
    }

    /** Returns a factory whose handlers delegate to those of another and pause accepting. */
    static IoHandlerFactory factory(IoHandlerFactory handlers, ServerAcceptor acceptor) {
        return new IoHandlerFactory() {
            @Override
            public IoHandler newHandler(ThreadAwareExecutor executor) {
                return new ServerUringAccept(handlers.newHandler(executor), acceptor);
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
        Channel channel = acceptor.listening();
        return channel != null && channel.unsafe() == handle
                ? new Paused(registration, acceptor, channel)
                : registration;
    }

    private record Paused(IoRegistration registration, ServerAcceptor acceptor, Channel listening)
            implements IoRegistration {
        /** The result of an invalid registration. */
        private static final long NOT_SUBMITTED = 0;

        @Override
        public <T> T attachment() {
            return registration.attachment();
        }

        @Override
        public long submit(IoOps ops) {
            boolean closing = !listening.isOpen();
            return acceptor.isPaused() && !closing ? NOT_SUBMITTED : registration.submit(ops);
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
