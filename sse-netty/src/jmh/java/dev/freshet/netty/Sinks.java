package dev.freshet.netty;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A loop, and channels on it that swallow what is written to them. Confined to the thread that makes it. */
final class Sinks {
    final SteppedLoop loop = new SteppedLoop();
    final SinkChannel.Count count = new SinkChannel.Count();
    private final List<SinkChannel> open = new ArrayList<>();

    /** A channel whose client has connected. */
    SinkChannel connect(ChannelHandler... handlers) {
        SinkChannel channel = new SinkChannel(count);
        channel.pipeline().addLast(handlers);
        EventLoop registry = loop; // whose register is not deprecated
        registry.register(channel);
        loop.step();
        open.add(channel);
        return channel;
    }

    /** The client sends a request, and the loop does what follows from it. */
    void request(SinkChannel channel, String request) {
        byte[] bytes = request.getBytes(StandardCharsets.US_ASCII);
        loop.execute(() -> channel.receive(Unpooled.wrappedBuffer(bytes)));
        loop.step();
    }

    /** Closes all channels. */
    void close() {
        open.forEach(SinkChannel::close);
        loop.step();
        open.clear();
    }
}
