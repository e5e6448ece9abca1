package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.netty.Http2Bytes.Frame;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client may not send on a stream that is open: the server resets it, and tells why (RFC 9113 5.4.2). */
class Http2FrameRulesTest extends ServerFixture {
    private static final int STREAM = 1;

    private final Recorder recorder = new Recorder();
    private Socket socket;
    private DataInputStream in;

    /** One that never answers, and closes its channel on failures, as most handlers do. */
    private static final class Page extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            ReferenceCountUtil.release(msg);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }

    @BeforeEach
    void connect() throws IOException {
        SseServer server = start(local().maxConcurrentStreams(10) // so 200 resets are too many
                .listener(recorder)
                .endpoint("/hub", request -> SseReply.subscribe(hub, "t"))
                .endpoint("/finite", request -> SseReply.stream(new HandPublisher()))
                .requests(pipeline -> pipeline.addLast(new Page())));
        socket = new Socket("127.0.0.1", server.address().getPort());
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        in = new DataInputStream(socket.getInputStream());
        send(Http2Bytes.begin());
    }

    @AfterEach
    void disconnect() throws IOException {
        socket.close();
    }

    private void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** A request, and an error on its stream. */
    private void breakRule(int stream, String path, Http2Error error) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(Http2Bytes.request(stream, path));
        out.writeBytes(
                switch (error) {
                    case PROTOCOL_ERROR -> Http2Bytes.window(stream, 0);
                    case FLOW_CONTROL_ERROR -> Http2Bytes.window(stream, Integer.MAX_VALUE);
                    case STREAM_CLOSED -> Http2Bytes.data(stream, 1);
                    default -> throw new AssertionError(error);
                });
        send(out.toByteArray());
    }

    private Frame readReset() throws IOException {
        Frame frame = Http2Bytes.readFrame(in);
        while (!frame.isReset()) {
            assertThat(frame.isGoAway()).isFalse();
            frame = Http2Bytes.readFrame(in);
        }
        return frame;
    }

    @ParameterizedTest
    @CsvSource({
        "/hub, PROTOCOL_ERROR",
        "/hub, FLOW_CONTROL_ERROR",
        "/hub, STREAM_CLOSED",
        "/finite, PROTOCOL_ERROR",
        "/finite, FLOW_CONTROL_ERROR",
        "/finite, STREAM_CLOSED",
        "/page, PROTOCOL_ERROR",
        "/page, FLOW_CONTROL_ERROR",
        "/page, STREAM_CLOSED"
    })
    void anErrorResetsItsStreamOnceAndWithItsOwnCode(String path, Http2Error error) throws Exception {
        breakRule(STREAM, path, error);
        Frame reset = readReset();
        assertThat(reset.stream()).isEqualTo(STREAM);
        assertThat(reset.isReset(error)).isTrue();
        breakRule(STREAM + 2, "/hub", Http2Error.PROTOCOL_ERROR);
        assertThat(readReset().stream()).isEqualTo(STREAM + 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/hub", "/finite"})
    void anErrorEndsItsStreamForTheListener(String path) throws Exception {
        breakRule(STREAM, path, Http2Error.PROTOCOL_ERROR);
        recorder.nextOpened();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.ERROR);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/hub", "/finite", "/page"})
    void aFloodOfErrorsEndsTheConnection(String path) throws Exception {
        List<Integer> streams = new ArrayList<>();
        Frame frame = null;
        for (int stream = STREAM; frame == null || !frame.isGoAway(); stream += 2) {
            assertThat(streams).hasSizeLessThan(1_000);
            breakRule(stream, path, Http2Error.PROTOCOL_ERROR);
            do {
                frame = Http2Bytes.readFrame(in);
            } while (!frame.isReset() && !frame.isGoAway());
            streams.add(stream);
        }
        assertThat(frame.error()).isEqualTo((int) Http2Error.ENHANCE_YOUR_CALM.code());
        assertThat(streams).hasSizeBetween(200, 202); // each counts once
    }

    @Test
    void aFewErrorsDoNot() throws Exception {
        for (int stream = STREAM; stream < 200; stream += 2) {
            breakRule(stream, "/hub", Http2Error.PROTOCOL_ERROR);
            assertThat(readReset().stream()).isEqualTo(stream);
        }
    }
}
