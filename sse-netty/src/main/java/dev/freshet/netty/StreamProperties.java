package dev.freshet.netty;

import dev.freshet.log.CursorLag;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.SocketAddress;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The properties of an open stream, which any thread may read. */
abstract class StreamProperties extends ChannelInboundHandlerAdapter implements SseConnection {
    final Channel channel;
    final StreamLease lease;
    final StreamWriteProgress writes;

    private final long openedMillis;

    volatile boolean open = true;

    StreamProperties(Channel channel, StreamLease lease) {
        this.channel = channel;
        this.lease = lease;
        this.openedMillis = lease.options().clock().millis();
        this.writes = new StreamWriteProgress(EventLoops.nanoTime(channel.eventLoop()));
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public List<String> topics() {
        return List.of();
    }

    @Override
    public @Nullable Object attribute(String name) {
        return lease.attribute(name);
    }

    @Override
    public SocketAddress remoteAddress() {
        return channel.remoteAddress();
    }

    @Override
    public @Nullable String key() {
        return lease.key();
    }

    @Override
    public String path() {
        return lease.origin().path();
    }

    @Override
    public String protocol() {
        return lease.origin().protocol();
    }

    @Override
    public Instant openedAt() {
        return Instant.ofEpochMilli(openedMillis);
    }

    @Override
    public Instant lastWriteAt() {
        long nanosAgo = EventLoops.nanoTime(channel.eventLoop()) - writes.lastWriteNanos();
        return lease.options().clock().instant().minusNanos(nanosAgo);
    }

    @Override
    public CursorLag lag() {
        return lease.lag();
    }
}
