package dev.freshet.examples.load.client;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http.HttpResponseDecoder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connection of a publisher, which is opened anew where it was lost: at once, and then with a back-off, at the next URL each time,
 * until that has failed for too long. Confined to its event loop, but for its opening and what is asked of it.
 */
@SuppressWarnings({"FutureReturnValueIgnored", "NonAtomicVolatileUpdate"
}) // failures end the channel; one thread writes
final class PublishingConnection {

    /** Little may wait in this process, so that what counts as sent is little more than what the kernel took. */
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(32 << 10, 64 << 10);

    private final Loops loops;
    private final EventLoop loop;
    private final List<Post> posts;
    private final int first;
    private final Answers.Sink sink;

    private final Retry retry; // confined, as all below that is not volatile
    private @Nullable Channel channel;
    private int place;
    private boolean connecting = true; // the first one is at hand when there is something to publish
    private boolean closed;

    private volatile int reopened;
    private volatile int failedConnects;
    private volatile boolean gaveUp;
    private volatile @Nullable String failure;

    /**
     * A connection that is not open.
     *
     * @param posts of each URL
     * @param first which of them it begins at
     * @param patience how long nothing may come of opening it anew
     */
    PublishingConnection(
            Loops loops, EventLoop loop, List<Post> posts, int first, Duration patience, Answers.Sink sink) {
        this.loops = loops;
        this.loop = loop;
        this.posts = posts;
        this.first = first;
        this.place = first;
        this.retry = new Retry(patience);
        this.sink = sink;
    }

    /**
     * Opens it for the first time, and waits for that.
     *
     * @throws LoadException if that fails
     */
    void open() {
        ChannelFuture connecting = connect().awaitUninterruptibly();
        if (!connecting.isSuccess()) {
            throw cannotPublish(connecting.cause().getMessage());
        }
    }

    LoadException cannotPublish(@Nullable String reason) {
        return new LoadException("cannot publish to " + posts.get(first).url() + ": " + reason);
    }

    private ChannelFuture connect() {
        return loops.connectOn(loop)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel opening) {
                        opening.pipeline().addLast(new HttpResponseDecoder(), new Answers(sink));
                    }
                })
                .connect(Target.address(posts.get(place).url()));
    }

    /** Opens it anew, unless that is under way or was given up. */
    void openAnew() {
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
        loop.schedule(this::tryOnce, millis, TimeUnit.MILLISECONDS);
    }

    private void tryOnce() {
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
            place = (place + 1) % posts.size();
            connecting = false;
            openAnew();
        });
    }

    /** The channel, or null where it is not open. */
    @Nullable
    Channel channel() {
        assert loop.inEventLoop();
        return channel;
    }

    /** The requests of the server that it is open to. */
    Post post() {
        assert loop.inEventLoop();
        return posts.get(place);
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

    /** Something was answered. */
    void succeeded() {
        assert loop.inEventLoop();
        retry.succeeded();
        failure = null;
    }

    /** It was closed by the server, which is a failure where something is to be published or answered. */
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

    /** How often it was opened anew. */
    int reopened() {
        return reopened;
    }

    /** How often that failed. */
    int failedConnects() {
        return failedConnects;
    }

    /** Whether it is opened anew no more, for nothing has come of that for too long. */
    boolean hasGivenUp() {
        return gaveUp;
    }

    /** What has failed since something was answered; null where nothing has. */
    @Nullable
    String failure() {
        return failure;
    }
}
