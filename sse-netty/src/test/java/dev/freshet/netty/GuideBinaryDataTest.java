package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The guide's two ways for binary data, in Chromium. */
@Tag("recipes")
class GuideBinaryDataTest extends BrowserFixture {
    private static final int BYTES = 256;
    private static final List<Long> ALL =
            IntStream.range(0, BYTES).mapToObj(Long::valueOf).toList();

    private static final String PAGE = """
            <!doctype html>
            <script type="module">
                import {decoded, fetched} from './binary.js';
                const source = new EventSource('/events');
                window.told = [];
                source.addEventListener('image', event => told.push(Array.from(decoded(event))));
                source.addEventListener('image-at', event => fetched(event).then(
                    bytes => told.push(Array.from(bytes)), error => told.push(error.message)));
            </script>
            """;

    private final Recorder recorder = new Recorder();
    private final byte[] image = new byte[BYTES];

    /** Serves the bytes at one address, and passes on what is asked at others. */
    private final class Image extends SimpleChannelInboundHandler<HttpRequest> {
        Image() {
            super(false);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, HttpRequest request) {
            if (!request.uri().equals("/images/1")) {
                ctx.fireChannelRead(request);
                return;
            }
            ByteBuf body = Unpooled.copiedBuffer(image);
            FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, body);
            response.headers().set(HttpHeaderNames.CONTENT_LENGTH, BYTES);
            ctx.writeAndFlush(response);
        }
    }

    @BeforeEach
    void openThePage() throws Exception {
        for (int i = 0; i < BYTES; i++) {
            image[i] = (byte) i;
        }
        Map<String, String> files = Map.of(
                "/page",
                PAGE,
                "/binary.js",
                Guide.file("limits-of-sse.md", "binary.js").text());
        SseServer server = start(local().listener(recorder)
                .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                .requests(pipeline -> pipeline.addLast(new Image(), new ServedFiles(files))));
        chromium().open("http://127.0.0.1:" + server.address().getPort() + "/page");
        recorder.nextOpened();
    }

    private static Object told() {
        chromium().await("return told.length > 0");
        return chromium().run("return told[0]");
    }

    @Test
    void bytesInBase64ArriveAsTheyAre() {
        publish(SseEvent.of("image", Base64.getEncoder().encodeToString(image)));
        assertThat(told()).isEqualTo(ALL);
    }

    @Test
    void bytesThatAnEventNamesTheAddressOfAreFetched() {
        publish(SseEvent.of("image-at", "/images/1"));
        assertThat(told()).isEqualTo(ALL);
    }

    @Test
    void bytesThatAreGoneAreAnError() {
        publish(SseEvent.of("image-at", "/images/2"));
        assertThat(told()).isEqualTo("/images/2: 404");
    }
}
