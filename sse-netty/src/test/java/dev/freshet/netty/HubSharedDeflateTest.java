package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.log.Batch;
import dev.freshet.log.Cursor;
import dev.freshet.log.StartRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.DataFormatException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** At a time that the test moves. Covers {@link HubSharedDeflate} and {@link HubDeflaters}. */
@Tag("netty-4.2")
class HubSharedDeflateTest {
    private static final ByteBufAllocator ALLOC = PooledByteBufAllocator.DEFAULT;
    private static final String EVENT = "{\"symbol\":\"ACME\",\"price\":101.5,\"volume\":4711,\"exchange\":\"XETR\"}";

    private final SseHub hub = SseHub.create();
    private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
    private final HubLoop loop =
            new HubLoop(new RequestEngine(SseHandler.builder().options(1)), channel.eventLoop());

    @BeforeEach
    void freeze() {
        channel.freezeTime();
    }

    @AfterEach
    void close() {
        hub.close();
        assertThat(channel.finish()).isFalse();
    }

    private final class Stream {
        final Cursor cursor;
        final HubGzipBody body = new HubGzipBody(StreamFraming.PLAIN);

        Stream(String... topics) {
            cursor = hub.open(List.of(topics), StartRequest.latest()).cursor();
            body.join(loop.deflaters(), cursor);
        }

        /** Returns the next batch as it is written. */
        byte[] read() {
            loop.beginRun(cursor);
            Batch batch = cursor.next(HubBatchCopies.BATCH_BYTES, loop.shared());
            ByteBuf frame = loop.frame(batch, body, ALLOC);
            byte[] bytes = ByteBufUtil.getBytes(frame);
            frame.release();
            return bytes;
        }

        void leave() {
            body.leave();
            cursor.close();
        }
    }

    private void publish(String topic) {
        hub.publish(topic, SseEvent.of(EVENT)).toCompletableFuture().join();
    }

    private static void begin(GzipMember client) throws DataFormatException {
        ByteBuf header = ALLOC.buffer();
        new HubGzipBody(StreamFraming.PLAIN).begin(List.of(), header);
        client.receive(header);
    }

    private void end(List<Stream> streams) {
        streams.forEach(Stream::leave);
        loop.endPass();
    }

    @Test
    void aBlockOfOnesOwnBetweenTwoUnitsMakesTheSecondUndecodable() throws Exception {
        List<Stream> streams = List.of(new Stream("t"), new Stream("t"));
        publish("t");
        byte[] first = streams.get(0).read();
        loop.endPass();
        publish("t");
        byte[] second = streams.get(0).read();
        byte[] own = ByteBufUtil.getBytes(released(new HubGzipBody(StreamFraming.PLAIN)
                .lines(ALLOC, "data: of one stream\n\n".getBytes(StandardCharsets.US_ASCII))));
        end(streams);
        String lines = "data: " + EVENT;

        GzipMember inStep = new GzipMember();
        begin(inStep);
        inStep.receive(first);
        inStep.receive(second);
        assertThat(inStep.take()).contains(lines, lines.substring(0, 20)).doesNotContain("of one stream");

        GzipMember mutant = new GzipMember();
        begin(mutant);
        mutant.receive(first);
        String before = mutant.take();
        mutant.receive(own);
        mutant.take();
        mutant.receive(second);
        assertThat(mutant.take().substring(0, lines.length())).isNotEqualTo(before.substring(0, lines.length()));
    }

    private static ByteBuf released(ByteBuf buffer) {
        ByteBuf copy = Unpooled.copiedBuffer(buffer);
        buffer.release();
        return copy;
    }

    @Test
    void aStreamWhoseBufferCannotBeMadeHarmsNoOther() throws Exception {
        List<Stream> streams = List.of(new Stream("t"), new Stream("t"));
        GzipMember client = new GzipMember();
        begin(client);
        publish("t");
        streams.get(0).read();
        client.receive(streams.get(1).read());
        loop.endPass();
        publish("t");
        Cursor failing = streams.get(0).cursor;
        loop.beginRun(failing);
        Batch batch = failing.next(HubBatchCopies.BATCH_BYTES, loop.shared());
        assertThatThrownBy(() -> loop.frame(batch, streams.get(0).body, new FullAllocator()))
                .isInstanceOf(OutOfMemoryError.class);
        client.take();
        client.receive(streams.get(1).read());
        assertThat(client.take()).contains(EVENT);
        end(streams);
    }

    /** One that has no direct memory left. */
    private static final class FullAllocator extends PooledByteBufAllocator {
        FullAllocator() {
            super(true);
        }

        @Override
        protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
            throw new OutOfMemoryError("as the test wants");
        }
    }

    @Test
    void aUnitRefersToTheUnitsBeforeIt() {
        List<Stream> streams = List.of(new Stream("t"), new Stream("t"));
        publish("t");
        int keyframe = streams.get(0).read().length;
        loop.endPass();
        publish("t");
        assertThat(streams.get(0).read().length).isLessThan(keyframe / 2);
        end(streams);
    }

    @Test
    void theOrderInWhichTopicsAreNamedMakesNoDifference() {
        List<Stream> streams = List.of(new Stream("t", "u"), new Stream("u", "t"));
        publish("t");
        int keyframe = streams.get(0).read().length;
        streams.get(1).read();
        loop.endPass();
        publish("t");
        assertThat(streams.get(0).read().length).isLessThan(keyframe / 2);
        assertThat(streams.get(1).read().length).isLessThan(keyframe / 2);
        end(streams);
    }

    @Test
    void streamsThatShareNoOtherTopicsWriteOneCopyOfWhatTheyShare() {
        List<Stream> streams = List.of(new Stream("t", "a"), new Stream("t", "b"), new Stream("t", "c"));
        publish("t");
        streams.get(0).read();
        long one = loop.unsent().held();
        streams.get(1).read();
        streams.get(2).read();
        assertThat(loop.unsent().held()).isEqualTo(one);
        end(streams);
    }

    @Test
    void afterASecondOfSilenceAUnitRefersToNothing() {
        List<Stream> streams = List.of(new Stream("t"), new Stream("t"));
        publish("t");
        int keyframe = streams.get(0).read().length;
        loop.endPass();
        channel.advanceTimeBy(1, TimeUnit.SECONDS);
        publish("t");
        assertThat(streams.get(0).read().length).isGreaterThan(keyframe * 3 / 4);
        end(streams);
    }

    @Test
    void theThirtySecondUnitIsFollowedByAKeyframe() {
        List<Stream> streams = List.of(new Stream("t"), new Stream("t"));
        List<Integer> sizes = new ArrayList<>();
        for (int i = 0; i < 2 * HubSharedDeflate.UNITS; i++) {
            publish("t");
            sizes.add(streams.get(0).read().length);
            loop.endPass();
        }
        int keyframe = sizes.get(0);
        assertThat(sizes.subList(1, HubSharedDeflate.UNITS)).allMatch(size -> size < keyframe / 2);
        assertThat(sizes.get(HubSharedDeflate.UNITS)).isGreaterThan(keyframe * 3 / 4);
        assertThat(sizes.subList(HubSharedDeflate.UNITS + 1, sizes.size())).allMatch(size -> size < keyframe / 2);
        end(streams);
    }

    @Test
    void aStreamThatReadsInALaterPassWritesTheSameUnits() {
        List<Stream> streams = List.of(new Stream("t"), new Stream("t"));
        publish("t");
        streams.forEach(Stream::read);
        loop.endPass();
        publish("t");
        byte[] unit = streams.get(0).read();
        loop.endPass();
        publish("t");
        streams.get(0).read();
        loop.endPass();
        Stream later = streams.get(1);
        Batch batch = later.cursor.next(HubBatchCopies.BATCH_BYTES, later.body.next(later.cursor));
        ByteBuf same = loop.frame(batch, later.body, ALLOC);
        assertThat(ByteBufUtil.getBytes(released(same))).isEqualTo(unit);
        end(streams);
    }

    @Test
    void moreTopicsThanCompressorsAreCompressedWithoutReference() {
        List<Stream> streams = new ArrayList<>();
        for (int topic = 0; topic <= HubDeflaters.MOST; topic++) {
            streams.add(new Stream("t" + topic));
            streams.add(new Stream("t" + topic));
        }
        Stream last = streams.get(2 * HubDeflaters.MOST);
        int independent = 0;
        int unit = 0;
        for (int round = 0; round < 3; round++) {
            for (int topic = 0; topic <= HubDeflaters.MOST; topic++) {
                publish("t" + topic);
                Stream stream = streams.get(2 * topic);
                int size = stream.read().length;
                unit = topic == 0 ? size : unit;
                independent = stream == last ? size : independent;
                loop.endPass();
            }
        }
        assertThat(unit).isLessThan(independent / 2);
        channel.advanceTimeBy(1, TimeUnit.SECONDS);
        publish("t" + HubDeflaters.MOST);
        last.read();
        loop.endPass();
        publish("t" + HubDeflaters.MOST);
        assertThat(last.read().length).as("once others are silent").isLessThan(independent / 2);
        end(streams);
    }
}
