package dev.freshet.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundBuffer.MessageProcessor;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.netty.channel.local.LocalAddress;
import java.net.SocketAddress;

/**
 * A channel that does what the epoll transport does for a write but the system call: it gathers the addresses of what is
 * pending, counts the bytes and drops them. Confined to its loop.
 */
final class SinkChannel extends AbstractChannel {
    private static final ChannelMetadata METADATA = new ChannelMetadata(false, 16);
    private static final SocketAddress ADDRESS = new LocalAddress("sink");

    private final ChannelConfig config = new DefaultChannelConfig(this);
    private final Count count;
    private boolean closed;

    /** What all sinks of a bench took. */
    static final class Count implements MessageProcessor {
        private final long[] addresses = new long[1024];
        private int gathered;

        /** Each would have been a system call. */
        long writes;

        long bytes;

        @Override
        public boolean processMessage(Object message) {
            ByteBuf buffer = (ByteBuf) message;
            if (!buffer.hasMemoryAddress()) {
                throw new IllegalStateException("buffer: " + buffer + " (expected: direct)");
            }
            if (gathered == addresses.length) {
                return false;
            }
            if (buffer.isReadable()) {
                addresses[gathered++] = buffer.memoryAddress() + buffer.readerIndex();
                bytes += buffer.readableBytes();
            }
            return true;
        }
    }

    SinkChannel(Count count) {
        super(null);
        this.count = count;
    }

    /** As if the bytes had come from the peer. */
    void receive(ByteBuf bytes) {
        pipeline().fireChannelRead(bytes).fireChannelReadComplete();
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer in) throws Exception {
        while (!in.isEmpty()) {
            count.gathered = 0;
            long before = count.bytes;
            in.forEachFlushedMessage(count);
            if (count.gathered > 0) {
                count.writes++;
            }
            in.removeBytes(count.bytes - before);
        }
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public boolean isActive() {
        return !closed;
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return true;
    }

    @Override
    protected SocketAddress localAddress0() {
        return ADDRESS;
    }

    @Override
    protected SocketAddress remoteAddress0() {
        return ADDRESS;
    }

    @Override
    protected void doClose() {
        closed = true;
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new AbstractUnsafe() {
            @Override
            public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
                promise.setFailure(new UnsupportedOperationException());
            }
        };
    }

    @Override
    protected void doBind(SocketAddress local) {}

    @Override
    protected void doDisconnect() {
        doClose();
    }

    @Override
    protected void doBeginRead() {}
}
