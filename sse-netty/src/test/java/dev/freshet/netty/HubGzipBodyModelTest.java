package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.log.Batch;
import dev.freshet.log.Cursor;
import dev.freshet.log.StartRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Streams of one event loop that read in any order, in passes that are interrupted, some later than others,
 * with lines of their own between: each client decodes all that it was sent when it was sent. Covers {@link
 * HubSharedDeflate}, {@link HubDeflaters}, {@link HubDeflateUnit} and {@link HubBatchCopy}.
 */
class HubGzipBodyModelTest {
    private static final ByteBufAllocator ALLOC = PooledByteBufAllocator.DEFAULT;
    private static final int MOST_STREAMS = 8;
    private static final List<List<String>> TOPICS =
            List.of(List.of("t"), List.of("t"), List.of("u"), List.of("t", "u"), List.of("u", "t"));
    private static final int STEPS = 200;

    private final SseHub hub = SseHub.create();
    private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
    private final HubLoop loop =
            new HubLoop(new RequestEngine(SseHandler.builder().options(1)), channel.eventLoop());
    private final List<Stream> streams = new ArrayList<>();
    private int shared;

    @BeforeEach
    void freeze() {
        channel.freezeTime();
    }

    @AfterEach
    void close() {
        hub.close();
        assertThat(channel.finish()).isFalse();
    }

    /** A stream without a channel, and its client. */
    private final class Stream {
        final Cursor cursor;
        final HubBody body = new HubGzipBody(StreamFraming.PLAIN);
        final GzipMember client = new GzipMember();

        Stream(List<String> topics, StartRequest start) throws Exception {
            cursor = hub.open(topics, start).cursor();
            ByteBuf opening = ALLOC.buffer();
            body.begin(List.of("retry: 1\n".getBytes(StandardCharsets.US_ASCII)), opening);
            client.receive(opening);
            assertThat(client.take()).isEqualTo("retry: 1\n");
            body.join(loop.deflaters(), cursor);
        }

        void read(int batches) throws Exception {
            loop.beginRun(cursor);
            for (int i = 0; i < batches; i++) {
                Batch found = loop.shared();
                Batch batch = cursor.next(HubBatchCopies.BATCH_BYTES, found == null ? body.next(cursor) : found);
                if (batch.events() == 0) {
                    return;
                }
                String lines =
                        StandardCharsets.UTF_8.decode(batch.bytes().duplicate()).toString();
                ByteBuf frame = loop.frame(batch, body, ALLOC);
                shared += frame.readableBytes() < lines.length() ? 1 : 0;
                client.receive(frame);
                assertThat(client.take()).isEqualTo(lines);
            }
        }

        void write(String own) throws Exception {
            client.receive(body.lines(ALLOC, own.getBytes(StandardCharsets.US_ASCII)));
            assertThat(client.take()).isEqualTo(own);
        }

        void end() throws Exception {
            body.end(channel.pipeline().firstContext());
            for (ByteBuf last = channel.readOutbound(); last != null; last = channel.readOutbound()) {
                client.receive(last);
            }
            client.assertWhole();
            body.leave();
            cursor.close();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void eachClientDecodesWhatItWasSentWhenItWasSent(int seed) throws Exception {
        Random random = new Random(seed);
        for (int i = 0; i < STEPS; i++) {
            step(random);
        }
        for (Stream stream : streams) {
            stream.read(Integer.MAX_VALUE);
            stream.end();
        }
        loop.endPass();
        assertThat(shared).as("batches that were compressed").isGreaterThan(STEPS / 2);
    }

    private void step(Random random) throws Exception {
        if (streams.size() < 2 || random.nextInt(20) == 0 && streams.size() < MOST_STREAMS) {
            streams.add(new Stream(
                    TOPICS.get(random.nextInt(TOPICS.size())),
                    random.nextBoolean()
                            ? StartRequest.latest()
                            : StartRequest.latest().lastEventId("earliest")));
        } else if (random.nextInt(30) == 0) {
            streams.remove(random.nextInt(streams.size())).end();
        }
        if (random.nextInt(8) == 0) {
            streams.get(random.nextInt(streams.size())).write(random.nextBoolean() ? ":\n" : "data: own\n\n");
        }
        if (random.nextInt(15) == 0) {
            channel.advanceTimeBy(random.nextInt(1_500), TimeUnit.MILLISECONDS);
        }
        if (random.nextInt(40) == 0) {
            loop.deflaters().tick(EventLoops.nanoTime(channel.eventLoop()));
        }
        publish(random);
        Collections.shuffle(streams, random);
        for (Stream stream : streams) {
            if (random.nextInt(12) != 0) { // else its socket takes nothing now
                stream.read(1 + random.nextInt(6));
            }
            if (random.nextInt(12) == 0) {
                loop.endPass();
            }
        }
        loop.endPass();
    }

    private void publish(Random random) {
        int events = 1 + random.nextInt(3);
        for (int i = 0; i < events; i++) {
            int size = random.nextInt(60) == 0 ? 70_000 : 20 + random.nextInt(400);
            String data = random.ints(size / 8, 0, 100_000)
                    .mapToObj(number -> "n" + number)
                    .reduce("", (all, one) -> all + ' ' + one);
            hub.publish(random.nextInt(3) == 0 ? "u" : "t", SseEvent.of(data))
                    .toCompletableFuture()
                    .join();
        }
    }
}
