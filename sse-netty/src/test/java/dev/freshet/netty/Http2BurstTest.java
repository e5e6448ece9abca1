package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Many requests over HTTP/2 at once, whose answers fill the channel up. Covers {@link Http2FlushConsolidation}. */
class Http2BurstTest {
    private static final int MANY = 200;
    /** Of the answers, so that the channel becomes full at another byte with each. */
    private static final int[] LENGTHS = {100, 101, 102, 103};

    private static byte[] answers(int length) {
        SseHandler handler = SseHandler.builder()
                .endpoint("/refused", request -> SseReply.refuse(403, "x".repeat(length)))
                .build();
        EmbeddedChannel channel = new EmbeddedChannel(
                new ServerPipeline(handler, Limits.defaults(), requests -> {}, null, MANY, new ServerConnections()));
        ByteBuf in = Unpooled.buffer().writeBytes(Http2Bytes.begin());
        for (int i = 0; i < MANY; i++) {
            in.writeBytes(Http2Bytes.request(2 * i + 3, "/refused")); // 1 is an upgrade where no socket is the parent
        }
        channel.writeInbound(in);
        channel.runPendingTasks();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
            all.writeBytes(ByteBufUtil.getBytes(bytes));
            bytes.release();
        }
        channel.finishAndReleaseAll();
        return all.toByteArray();
    }

    private static List<Integer> ended(byte[] answers) throws IOException {
        List<Integer> streams = new ArrayList<>();
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(answers));
        while (in.available() > 0) {
            Http2Bytes.Frame frame = Http2Bytes.readFrame(in);
            if (frame.endsStream()) {
                streams.add(frame.stream());
            }
        }
        return streams;
    }

    @Test
    void noFrameGetsInsideAnother() throws Exception {
        for (int length : LENGTHS) {
            assertThat(ended(answers(length)))
                    .as("answers of %d bytes", length)
                    .hasSize(MANY)
                    .doesNotHaveDuplicates();
        }
    }
}
