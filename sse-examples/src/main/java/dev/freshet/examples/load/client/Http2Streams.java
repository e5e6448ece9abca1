package dev.freshet.examples.load.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.HttpConversionUtil;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP/2 connection of some streams. It listens to the frames, without a channel for each stream, so that an event
 * costs little more here than over HTTP/1.1. Its windows never hold a server back. Confined to its event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failure closes the channel, which ends the streams
final class Http2Streams extends Http2EventAdapter {

    private static final String NO_HTTP2 = "no HTTP/2 was answered, as --http2 expects";
    private static final int WINDOW = 1 << 20;
    private static final int CONNECTION_WINDOW = 1 << 28;

    private final Http2ConnectionHandler connection;
    private final List<? extends SseStream> streams;
    private int firstId;
    private boolean answered;

    private Http2Streams(List<? extends SseStream> streams) {
        this.streams = streams;
        this.connection = new Http2ConnectionHandlerBuilder()
                .server(false)
                .initialSettings(
                        Http2Settings.defaultSettings().pushEnabled(false).initialWindowSize(WINDOW))
                .gracefulShutdownTimeoutMillis(0)
                .frameListener(this)
                .build();
        connection.connection().addListener(this);
    }

    static void addTo(ChannelPipeline pipeline, List<? extends SseStream> streams) {
        Http2Streams all = new Http2Streams(streams);
        pipeline.addLast(all.connection, all.new Ends());
    }

    /** Opens the streams once the server has told how many it allows. */
    @Override
    public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) throws Http2Exception {
        if (answered) {
            return;
        }
        answered = true;
        Long allowed = settings.maxConcurrentStreams();
        if (allowed != null && allowed < streams.size()) {
            endAll("the server allows " + allowed + " streams on a connection (expected: " + streams.size()
                    + ", of --streams-per-connection)");
            ctx.close();
            return;
        }
        connection
                .decoder()
                .flowController()
                .incrementWindowSize(connection.connection().connectionStream(), CONNECTION_WINDOW);
        for (SseStream stream : streams) {
            int id = connection.connection().local().incrementAndGetNextStreamId();
            firstId = firstId == 0 ? id : firstId;
            connection
                    .encoder()
                    .writeHeaders(ctx, id, request(stream), 0, true, ctx.newPromise())
                    .addListener(written -> {
                        if (!written.isSuccess()) {
                            stream.failed(written.cause());
                        }
                    });
        }
        ctx.flush();
    }

    private static Http2Headers request(SseStream stream) {
        return HttpConversionUtil.toHttp2Headers(stream.fields().remove(HttpHeaderNames.HOST), true)
                .method("GET")
                .scheme(stream.url().getScheme())
                .authority(stream.url().getRawAuthority())
                .path(Target.path(stream.url()));
    }

    private SseStream stream(int id) {
        return streams.get((id - firstId) / 2);
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean endOfStream) {
        CharSequence status = headers.status();
        if (status != null && status.charAt(0) != '1') { // neither a trailer, nor before the answer
            stream(streamId)
                    .head(
                            status.toString(),
                            text(headers.get(HttpHeaderNames.CONTENT_TYPE)),
                            text(headers.get(HttpHeaderNames.CONTENT_ENCODING)));
        }
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx,
            int streamId,
            Http2Headers headers,
            int streamDependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean endOfStream) {
        onHeadersRead(ctx, streamId, headers, padding, endOfStream);
    }

    private static String text(@Nullable CharSequence value) {
        return value == null ? "" : value.toString();
    }

    @Override
    public int onDataRead(ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream) {
        int taken = data.readableBytes() + padding; // a decoder moves the index
        stream(streamId).bytes(data);
        return taken;
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) {
        stream(streamId).end("the answer was a reset, " + Http2Error.valueOf(errorCode));
    }

    @Override
    public void onStreamClosed(Http2Stream stream) {
        stream(stream.id()).end("closed before an answer");
    }

    private void endAll(String reason) {
        streams.forEach(stream -> stream.end(reason));
    }

    /** The end of the connection, with whatever was wrong with it. */
    private final class Ends extends ChannelInboundHandlerAdapter {

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            endAll(answered ? "closed before an answer" : NO_HTTP2);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            if (answered) {
                streams.forEach(stream -> stream.failed(cause));
            } else {
                endAll(NO_HTTP2); // such as a reset by a server of HTTP/1.1
            }
            ctx.close();
        }
    }
}
