package dev.freshet.netty;

import static dev.freshet.netty.Pipelines.after;

import dev.freshet.event.ResumeOutcome;
import dev.freshet.event.SseEvent;
import dev.freshet.harness.FuzzInput;
import dev.freshet.hub.SseHub;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.Http2FrameCodec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A fuzz target: any bytes in any chunks on a server's connection, of HTTP/1.1 or, behind a preface, of HTTP/2. No handler
 * throws, what is sent begins as a response or consists of whole frames, and no stream is open after the connection.
 */
public final class RequestDoorFuzz {
    private static final int LIMIT = 64 << 10;

    private RequestDoorFuzz() {}

    /** Runs one input. */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        FuzzInput in = new FuzzInput(input);
        boolean isHttp2 = in.next(2) == 1;
        int[] cuts = in.cuts();
        byte[] rest = in.rest();
        byte[] bytes = isHttp2 ? joined(Http2Bytes.begin(), rest) : rest;
        try (SseHub hub = SseHub.create()) {
            SseHandler.Builder handler = SseHandler.builder()
                    .cors(CorsPolicy.builder().origins("https://app.example").build())
                    .endpoint("/e", request -> SseReply.subscribe(hub, "t"))
                    .endpoint(
                            "POST",
                            "/e/{x}",
                            request -> SseReply.stream(
                                    List.of(SseEvent.of(request.pathParameter("x") + request.bodyText()))));
            OpenStreams open = new OpenStreams();
            EmbeddedChannel channel = Pipelines.served(new ServerConnections(), handler.listener(open));
            byte[] sent = exchange(channel, hub, open, bytes, FuzzInput.within(bytes.length, cuts));
            check(isHttp2, sent);
            if (!open.open.isEmpty()) {
                throw new AssertionError(open.open + " are open (expected: none)");
            }
        }
    }

    private static final class OpenStreams implements SseListener {
        private final Set<SseConnection> open = new HashSet<>();

        @Override
        public void opened(SseConnection connection, ResumeOutcome outcome) {
            open.add(connection);
        }

        @Override
        public void closed(SseConnection connection, CloseReason reason) {
            open.remove(connection);
        }

        /** Closes the channels of HTTP/2's streams, which an embedded connection does not when it closes. */
        void close() {
            List.copyOf(open).forEach(stream -> ((StreamBase) stream).channel.close());
        }
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }

    private static byte[] exchange(EmbeddedChannel channel, SseHub hub, OpenStreams open, byte[] bytes, int[] cuts) {
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        int from = 0;
        for (int i = 0; i <= cuts.length && channel.isOpen(); i++) {
            int to = i < cuts.length ? cuts[i] : bytes.length;
            channel.writeInbound(Unpooled.copiedBuffer(bytes, from, to - from));
            hub.publish("t", SseEvent.of("to the streams"));
            drain(channel, sent);
            from = to;
        }
        channel.checkException();
        after(channel, Duration.ofMinutes(6)); // longer than any request may take
        drain(channel, sent);
        if (channel.pipeline().get(Http2FrameCodec.class) != null) {
            open.close();
        }
        channel.close();
        after(channel, Duration.ofMinutes(1));
        drain(channel, sent);
        channel.finishAndReleaseAll();
        channel.checkException();
        return sent.toByteArray();
    }

    private static void drain(EmbeddedChannel channel, ByteArrayOutputStream sent) {
        channel.runPendingTasks();
        for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
            if (sent.size() < LIMIT) {
                sent.writeBytes(ByteBufUtil.getBytes(bytes));
            }
            bytes.release();
        }
    }

    private static void check(boolean isHttp2, byte[] sent) throws IOException {
        if (isHttp2) {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(sent));
            while (in.available() > 0 && sent.length < LIMIT) {
                Http2Bytes.readFrame(in);
            }
        } else if (sent.length > 0 && !new String(sent, StandardCharsets.ISO_8859_1).startsWith("HTTP/1.1 ")) {
            throw new AssertionError(new String(sent, StandardCharsets.ISO_8859_1) + " (expected: a response)");
        }
    }
}
