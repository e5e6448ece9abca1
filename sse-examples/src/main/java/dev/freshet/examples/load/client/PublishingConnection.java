package dev.freshet.examples.load.client;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connection of a publisher. If it is lost, it reconnects: at once, and then with a back-off, at the next URL each
 * time, until that has failed for too long. Confined to its event loop, except for {@link #open} and the figures.
 */
@SuppressWarnings({"FutureReturnValueIgnored", "NonAtomicVolatileUpdate"
}) // a failure closes the channel; one thread writes
final class PublishingConnection {

    /**
     * Low marks, so that few requests wait in this process, and those that count as sent are nearly those that the
     * kernel has.
     */
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(32 << 10, 64 << 10);

    private final Loops loops;
    private final EventLoop loop;
    private final Trust trust;
    private final List<Post> posts;
    private final int first;
    private final Answers.Sink sink;

    private final Retry retry; // confined, like the fields below that are not volatile
    private @Nullable Channel channel;
    private int index;
    private boolean connecting = true; // open() connects before anything is published
    private boolean closed;

    private volatile int reopened;
    private volatile int failedConnects;
    private volatile boolean gaveUp;
    private volatile @Nullable String failure;

    /**
     * Creates a connection that is not open.
     *
     * @param trust what is trusted at https URLs
     * @param posts the requests for each URL
     * @param first the index of the first URL
     * @param patience how long it retries without success
     */
    PublishingConnection(
            Loops loops,
            EventLoop loop,
            Trust trust,
            List<Post> posts,
            int first,
            Duration patience,
            Answers.Sink sink) {
        this.loops = loops;
        this.loop = loop;
        this.trust = trust;
        this.posts = posts;
        this.first = first;
        this.index = first;
        this.retry = new Retry(patience);
        this.sink = sink;
    }

    /**
     * Connects for the first time, and waits for that.
     *
     * @throws LoadException if that fails
     */
    void open() {
        ChannelFuture connecting = connect().awaitUninterruptibly();
        if (!connecting.isSuccess()) {
            throw cannotPublish(connecting.cause().getMessage());
        }
        SslHandler tls = connecting.channel().pipeline().get(SslHandler.class);
        if (tls != null && !tls.handshakeFuture().awaitUninterruptibly().isSuccess()) {
            throw cannotPublish(tls.handshakeFuture().cause().getMessage());
        }
    }

    LoadException cannotPublish(@Nullable String reason) {
        return new LoadException("cannot publish to " + posts.get(first).url() + ": " + reason);
    }

    private ChannelFuture connect() {
        URI url = posts.get(index).url();
        return loops.connectOn(loop)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel opening) {
                        if (Target.isTls(url)) {
                            opening.pipeline()
                                    .addLast(trust.handler(opening, url, first, ApplicationProtocolNames.HTTP_1_1));
                        }
                        opening.pipeline().addLast(new HttpResponseDecoder(), new Answers(sink));
                    }
                })
                .connect(Target.address(url));
    }

    /** Reconnects, unless that is in progress or was given up. */
    void reconnect() {
        assert loop.inEventLoop();
        if (connecting || gaveUp || closed) {
            return;
        }
        long millis = retry.next();
        if (millis < 0) {
            gaveUp = true;
            return;
        }
        connecting = true;
        loop.schedule(this::reconnectNow, millis, TimeUnit.MILLISECONDS);
    }

    private void reconnectNow() {
        assert loop.inEventLoop();
        if (closed) {
            return;
        }
        connect().addListener(connected -> {
            if (connected.isSuccess()) {
                reopened = reopened + 1;
                return;
            }
            failedConnects = failedConnects + 1;
            failure = String.valueOf(connected.cause().getMessage());
            index = (index + 1) % posts.size();
            connecting = false;
            reconnect();
        });
    }

    /** Returns the channel, or null if it is not open. */
    @Nullable
    Channel channel() {
        assert loop.inEventLoop();
        return channel;
    }

    /** Returns the requests for the current URL. */
    Post post() {
        assert loop.inEventLoop();
        return posts.get(index);
    }

    void opened(Channel opened) {
        assert loop.inEventLoop();
        connecting = false;
        if (closed) {
            opened.close();
        } else {
            channel = opened;
        }
    }

    /** Resets the back-off after a response. */
    void succeeded() {
        assert loop.inEventLoop();
        retry.succeeded();
        failure = null;
    }

    /**
     * Called when the channel is closed.
     *
     * @param failed whether events are left to publish, or have no response
     */
    void lost(boolean failed) {
        assert loop.inEventLoop();
        channel = null;
        if (failed) {
            failure = "the connection was closed";
        }
    }

    void close() {
        assert loop.inEventLoop();
        closed = true;
        if (channel != null) {
            channel.close();
        }
    }

    /** Returns the number of reconnections. */
    int reopened() {
        return reopened;
    }

    /** Returns the number of failed attempts to reconnect. */
    int failedConnects() {
        return failedConnects;
    }

    /** Returns whether it has given up, because it has failed for too long. */
    boolean hasGivenUp() {
        return gaveUp;
    }

    /** Returns the last failure since the last response, or null. */
    @Nullable
    String failure() {
        return failure;
    }
}
