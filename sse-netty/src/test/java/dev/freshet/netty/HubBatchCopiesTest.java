package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.hub.SseHub;
import dev.freshet.log.Batch;
import dev.freshet.log.Cursor;
import dev.freshet.log.StartRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is written is copied out of the log once for all streams of an event loop that read it together. */
class HubBatchCopiesTest extends ServerFixture {
    private static final HubBody CHUNKED = HubIdentityBody.of(StreamFraming.CHUNKED);
    private static final HubBody PLAIN = HubIdentityBody.of(StreamFraming.PLAIN);

    private static final int SMALL = 16 << 10;
    private static final int LARGE = 64 << 10;
    private static final int MUCH = 600_000;
    private static final String EVENT = "x".repeat(1 << 10);

    private final Recorder recorder = new Recorder();

    private void publishAbout(int bytes) {
        for (int i = 0; i < bytes / EVENT.length(); i++) {
            publish(EVENT);
        }
        publish("last");
    }

    @Test
    void aBatchThatNobodySharesIsSmall() throws Exception {
        SseServer server = serve();
        publishAbout(MUCH);
        RawSseClient client = client(server).requiringWholeLines();
        client.get("/events", "Last-Event-ID: earliest");
        assertThat(client.readChunk()).as("the opening").startsWith("retry: ");
        assertThat(largestOf(client)).isBetween(SMALL - 2 * EVENT.length(), SMALL - StreamFraming.CHUNK_BYTES);
    }

    /** Of the chunks up to the event {@code last}. */
    private static int largestOf(RawSseClient client) throws IOException {
        int largest = 0;
        String chunk = "";
        while (!chunk.contains("data: last\n")) {
            chunk = client.readChunk();
            assertThat(chunk).isNotNull();
            largest = Math.max(largest, chunk.length());
        }
        return largest;
    }

    @Test
    void whoStandsTogetherReadsLargeBatches() throws Exception {
        SseServer server =
                start(local().listener(recorder).endpoint("/events", request -> SseReply.subscribe(hub, "t")));
        publishAbout(MUCH); // so that what comes is not in small segments
        List<RawSseClient> clients = List.of(client(server), client(server), client(server));
        for (RawSseClient client : clients) {
            client.requiringWholeLines().get("/events");
            assertThat(client.readChunk()).as("the opening").startsWith("retry: ");
        }
        CountDownLatch published = new CountDownLatch(1);
        hold(loopOf(recorder.nextOpened()), published);
        publishAbout(2 * LARGE);
        published.countDown();
        for (RawSseClient client : clients) {
            assertThat(largestOf(client)).isBetween(LARGE - 2 * EVENT.length(), LARGE - StreamFraming.CHUNK_BYTES);
        }
    }

    @Test
    void allBatchesOfAPassAreCopiedOnceForEveryStreamAndFraming() throws Exception {
        onLoop(loop -> {
            Cursor first = cursor(hub);
            Cursor second = cursor(hub);
            publishAbout(2 * LARGE);
            loop.beginRun(first);
            ByteBuf one = frame(loop, first, CHUNKED);
            ByteBuf two = frame(loop, first, CHUNKED);
            loop.beginRun(second);
            ByteBuf oneAgain = frame(loop, second, PLAIN);
            ByteBuf twoAgain = frame(loop, second, PLAIN);

            String chunk = one.toString(StandardCharsets.US_ASCII);
            String lines = oneAgain.toString(StandardCharsets.US_ASCII);
            assertThat(chunk.equals(Pipelines.chunk(lines))).isTrue();
            one.setByte(one.writerIndex() - 3, '!');
            two.setByte(two.writerIndex() - 3, '?');
            assertThat(oneAgain.getByte(oneAgain.writerIndex() - 1)).isEqualTo((byte) '!');
            assertThat(twoAgain.getByte(twoAgain.writerIndex() - 1)).isEqualTo((byte) '?');
            long counted = loop.unsent().held();
            assertThat(counted)
                    .as("each copy once")
                    .isEqualTo(one.readableBytes() + two.readableBytes() + 2 * StreamUnsentBytes.COPY_BYTES);
            for (ByteBuf write : List.of(one, two, oneAgain, twoAgain)) {
                assertThat(loop.unsent().held()).isEqualTo(counted);
                write.release();
            }
            loop.endPass();
            assertThat(loop.unsent().held()).isZero();
            loop.beginRun(second);
            assertThat(loop.shared()).isNull();
        });
    }

    private static void onLoop(Consumer<HubLoop> action) throws Exception {
        EventLoopGroup loops = loop();
        try {
            loops.submit(() -> action.accept(
                            new HubLoop(new RequestEngine(SseHandler.builder().options(1)), loops.next())))
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } finally {
            loops.shutdownGracefully(0, 0, TimeUnit.SECONDS).sync();
        }
    }

    /** Reads all there is as one stream of the pass, and writes it at once. */
    private static int read(HubLoop loop, Cursor cursor) {
        loop.beginRun(cursor);
        int events = 0;
        for (Batch batch = cursor.next(LARGE, loop.shared());
                batch.events() > 0;
                batch = cursor.next(LARGE, loop.shared())) {
            loop.frame(batch, CHUNKED, PooledByteBufAllocator.DEFAULT).release();
            events += batch.events();
        }
        return events;
    }

    @Test
    void streamsAtTwoPlacesInTurnShareTheCopiesOfEach() throws Exception {
        onLoop(loop -> {
            List<Cursor> early = cursors(50, "t");
            publishAbout(1_000);
            List<Cursor> late = cursors(50, "t");
            publishAbout(1_000);
            int earlyEvents = read(loop, early.get(0));
            int lateEvents = read(loop, late.get(0));
            long counted = loop.unsent().held();
            for (int i = 1; i < early.size(); i++) {
                assertThat(read(loop, early.get(i))).isEqualTo(earlyEvents);
                assertThat(read(loop, late.get(i))).isEqualTo(lateEvents);
            }

            assertThat(loop.unsent().held()).isEqualTo(counted);
            loop.endPass();
            assertThat(loop.unsent().held()).isZero();
        });
    }

    @Test
    void streamsOfTwoTopicsInTurnShareTheCopiesOfThousandsOfEvents() throws Exception {
        onLoop(loop -> {
            List<Cursor> both = cursors(10, "t", "u");
            for (int i = 0; i < 2_000; i++) {
                hub.publish(i % 2 == 0 ? "t" : "u", SseEvent.of("x"));
            }
            int events = read(loop, both.get(0));
            long counted = loop.unsent().held();
            for (Cursor cursor : both.subList(1, both.size())) {
                assertThat(read(loop, cursor)).isEqualTo(events);
            }

            assertThat(events).isEqualTo(2_000);
            assertThat(loop.unsent().held()).isEqualTo(counted);
            loop.endPass();
            assertThat(loop.unsent().held()).isZero();
        });
    }

    @Test
    void whatIsMoreThanAPassKeepsHarmsNobodyBehind() throws Exception {
        onLoop(loop -> {
            List<Cursor> all = cursors(3, "t");
            publishAbout(3 << 20);
            int events = read(loop, all.get(0));
            assertThat(read(loop, all.get(1))).isEqualTo(events);
            assertThat(read(loop, all.get(2))).isEqualTo(events);
            loop.endPass();
            assertThat(loop.unsent().held()).isZero();
        });
    }

    private List<Cursor> cursors(int count, String... topics) {
        return Stream.generate(
                        () -> hub.open(List.of(topics), StartRequest.latest()).cursor())
                .limit(count)
                .toList();
    }

    private static Cursor cursor(SseHub hub) {
        return hub.open(List.of("t"), StartRequest.latest()).cursor();
    }

    private static ByteBuf frame(HubLoop loop, Cursor cursor, HubBody body) {
        Batch batch = cursor.next(LARGE, loop.shared());
        return loop.frame(batch, body, PooledByteBufAllocator.DEFAULT);
    }

    @Test
    void oneEventThatIsLargerThanAllBatchesIsABatchOfItsOwn() throws Exception {
        SseServer server = serve();
        RawSseClient client = client(server).requiringWholeLines();
        client.get("/events");
        assertThat(client.readChunk()).as("the opening").startsWith("retry: ");
        hub.publish("t", SseEvent.of("y".repeat(2_000_000)));
        assertThat(client.readChunk()).startsWith("data: yyy").hasSizeGreaterThan(2_000_000);
    }
}
