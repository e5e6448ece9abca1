package dev.freshet.netty;

import static dev.freshet.netty.ServerFixture.PATIENCE_SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.codec.EventDecoder;
import dev.freshet.fixtures.ReferenceParser.Event;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.DefaultHttp2UnknownFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** One HTTP/2 connection by prior knowledge. A stream reads on its own until it is told to stop: then its window closes. */
final class Http2Client implements AutoCloseable {
    private final EventLoopGroup loop = ServerFixture.loop();
    private final Http2ClientFrames frames = new Http2ClientFrames();
    private final Http2FrameCodec codec = Http2FrameCodecBuilder.forClient()
            .encoderIgnoreMaxHeaderListSize(true)
            .gracefulShutdownTimeoutMillis(0)
            .autoAckPingFrame(false) // the frames' handler does
            .build();
    private final List<Stream> streams = new CopyOnWriteArrayList<>();
    private final Channel channel;

    Http2Client(int port) {
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel ch) {
                        ch.pipeline()
                                .addLast(codec, new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()), frames);
                    }
                });
        channel = bootstrap.connect("127.0.0.1", port).syncUninterruptibly().channel();
    }

    static Http2Client connect(SseServer server) {
        return new Http2Client(server.address().getPort());
    }

    /** Gives the whole connection so many bytes of window more, as browsers do; a stream's stays at 64 KiB. */
    Http2Client widen(int bytes) {
        channel.writeAndFlush(new DefaultHttp2WindowUpdateFrame(bytes)).syncUninterruptibly();
        return this;
    }

    /** What concerns the connection itself. */
    Http2ClientFrames frames() {
        return frames;
    }

    /** What the server told about itself. */
    Http2Settings settings() throws Exception {
        return frames.settings();
    }

    /** Opens as many streams as it is told to, whatever the server has asked for. */
    void ignoreMaxConcurrentStreams() throws Exception {
        settings();
        channel.eventLoop()
                .submit(() -> codec.connection().local().maxActiveStreams(Integer.MAX_VALUE))
                .sync();
    }

    /** Waits for the connection's end. */
    void awaitClosed() {
        assertThat(channel.closeFuture().awaitUninterruptibly(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .as("the connection ends")
                .isTrue();
    }

    /** Reads from the socket no more. */
    void stopReading() {
        channel.config().setAutoRead(false);
        channel.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
            @Override
            public void read(ChannelHandlerContext ctx) {} // which the codec asks for even so
        });
    }

    boolean isOpen() {
        return channel.isActive();
    }

    /** A GET with these headers, each as {@code name: value}. */
    Stream get(String path, String... headers) throws Exception {
        return request("GET", path, true, headers);
    }

    /** A request; one that has not ended has a body to come. */
    Stream request(String method, String path, boolean ended, String... headers) throws Exception {
        Http2Headers head = new DefaultHttp2Headers()
                .method(method)
                .path(path)
                .scheme("http")
                .authority("localhost");
        for (String header : headers) {
            String[] parts = header.split(": ", 2);
            head.add(parts[0], parts[1]);
        }
        return request(head, ended);
    }

    Stream request(Http2Headers head, boolean ended) throws Exception {
        Stream stream = new Stream();
        stream.channel = new Http2StreamChannelBootstrap(channel)
                .handler(stream)
                .open()
                .sync()
                .getNow();
        streams.add(stream);
        stream.channel.writeAndFlush(new DefaultHttp2HeadersFrame(head, ended));
        return stream;
    }

    /** A stream whose head told 200. */
    Stream follow(String path, String... headers) throws Exception {
        Stream stream = get(path, headers);
        assertThat(stream.status()).isEqualTo("200");
        return stream;
    }

    @Override
    public void close() {
        streams.forEach(Stream::readOn); // or what they hold back is never released
        channel.close().awaitUninterruptibly(PATIENCE_SECONDS, TimeUnit.SECONDS);
        loop.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** One request and what it is answered. */
    static final class Stream extends ChannelInboundHandlerAdapter {
        private final CompletableFuture<Http2Headers> head = new CompletableFuture<>();
        private final CompletableFuture<String> end = new CompletableFuture<>();
        private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
        private final Semaphore arrivals = new Semaphore(0);
        private final StringBuffer body = new StringBuffer();
        private final EventDecoder decoder = new EventDecoder((type, data, lastEventId) -> {
            if (!type.equals("stream-open")) { // as a client without a listener for it
                events.add(new Event(type, data, lastEventId));
            }
        });

        @SuppressWarnings("NullAway.Init") // set once it is open, before anybody has the stream
        private Http2StreamChannel channel;

        Http2Headers head() throws Exception {
            return head.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }

        String status() throws Exception {
            return head().status().toString();
        }

        Event readEvent() throws Exception {
            Event event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(event).as("an event; the stream so far: %s", end).isNotNull();
            return Objects.requireNonNull(event);
        }

        /** How it ended: {@code END_STREAM}, the name of the error it was reset with, or {@code closed}. */
        String end() throws Exception {
            return end.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }

        /** What came until it ended. */
        String body() throws Exception {
            end();
            return body.toString();
        }

        String bodySoFar() {
            return body.toString();
        }

        /** Waits until something more has come. */
        void awaitData() throws InterruptedException {
            assertThat(arrivals.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .as("more data")
                    .isTrue();
        }

        void send(String text, boolean last) {
            channel.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8), last))
                    .awaitUninterruptibly();
        }

        /** Sends a frame of a type that nobody knows. */
        void sendUnknown(int bytes) {
            channel.writeAndFlush(new DefaultHttp2UnknownFrame(
                            (byte) 0xEE,
                            new Http2Flags(),
                            Unpooled.buffer(bytes).writeZero(bytes)))
                    .awaitUninterruptibly();
        }

        void reset() {
            channel.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.CANCEL)).awaitUninterruptibly();
        }

        void stopReading() {
            channel.config().setAutoRead(false);
        }

        void readOn() {
            channel.config().setAutoRead(true);
        }

        void readOnce() {
            channel.read();
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            if (msg instanceof Http2HeadersFrame frame) {
                head.complete(frame.headers());
                ended(frame.isEndStream());
            } else if (msg instanceof Http2DataFrame frame) {
                ByteBuf content = frame.content();
                body.append(content.toString(StandardCharsets.UTF_8));
                decoder.feed(content.nioBuffer());
                arrivals.release();
                ended(frame.isEndStream());
            }
            ReferenceCountUtil.release(msg);
        }

        private void ended(boolean whole) {
            if (whole) {
                end.complete("END_STREAM");
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof Http2ResetFrame reset) {
                end.complete(Http2Error.valueOf(reset.errorCode()).name());
            }
            ReferenceCountUtil.release(event);
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            end.complete("closed");
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            end.complete(cause.toString());
        }
    }
}
