package dev.freshet.netty;

import static dev.freshet.netty.Pipelines.after;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.Http2Bytes.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.Http2Error;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/2 requests and streams that take their time, on a connection whose time the test moves. */
@Tag("netty-4.2")
class RequestTimeoutsHttp2Test {
    /** A stream; 1 is one of an upgrade to Netty where the connection's channel has no parent. */
    private static final int FIRST = 3;

    private static final int SECOND = 5;
    private static final int FRAME = 16 << 10;
    private static final int MANY_WINDOWS = 1 << 20;

    private final SseHub hub = SseHub.create();
    private final ServerFixture.Recorder recorder = new ServerFixture.Recorder();
    private final ServerConnections connections = new ServerConnections();
    private final HandPublisher publisher = new HandPublisher();
    private final Deque<EmbeddedChannel> channels = new ArrayDeque<>();

    @AfterEach
    void end() {
        recorder.opened.forEach(
                stream -> ((StreamBase) stream).channel.close()); // which an embedded connection does not
        channels.forEach(channel -> {
            channel.runPendingTasks();
            channel.close();
            after(channel, Duration.ofMinutes(1)); // for which it waits for its streams
            channel.finishAndReleaseAll();
        });
        hub.close();
    }

    private SseHandler.Builder recorded() {
        return SseHandler.builder()
                .listener(recorder)
                .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                .endpoint("/finite", request -> SseReply.stream(publisher));
    }

    private EmbeddedChannel connected(SseHandler.Builder handler, ChannelHandler... requests) {
        EmbeddedChannel channel = Pipelines.served(connections, handler, requests);
        channels.add(channel);
        receive(channel, Http2Bytes.begin());
        return channel;
    }

    private static void receive(EmbeddedChannel channel, byte[] bytes) {
        channel.writeInbound(Unpooled.wrappedBuffer(bytes));
    }

    /** Everything that was written since the last call. */
    private static List<Frame> sent(EmbeddedChannel channel) throws IOException {
        channel.runPendingTasks();
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
            all.writeBytes(bytes);
            bytes.release();
        }
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(ByteBufUtil.getBytes(all)));
        List<Frame> frames = new ArrayList<>();
        while (in.available() > 0) {
            frames.add(Http2Bytes.readFrame(in));
        }
        return frames;
    }

    private static String data(List<Frame> frames) {
        StringBuilder data = new StringBuilder();
        frames.forEach(frame -> data.append(frame.data()));
        return data.toString();
    }

    private static List<Integer> answers(List<Frame> frames) {
        return frames.stream()
                .map(Frame::status)
                .filter(status -> status != null)
                .toList();
    }

    private void publish(String data) {
        hub.publish("t", SseEvent.of(data));
    }

    @Test
    void aConnectionWithoutARequestGoesAwayAndOneWithAStreamStays() throws Exception {
        EmbeddedChannel idle = connected(recorded());
        after(idle, Duration.ofSeconds(29));
        assertThat(idle.isOpen()).isTrue();
        after(idle, Duration.ofSeconds(1));
        assertThat(sent(idle)).anyMatch(frame -> frame.isGoAway(0));
        assertThat(idle.isOpen()).isFalse();

        EmbeddedChannel busy = connected(recorded());
        receive(busy, Http2Bytes.request(FIRST, "/events"));
        after(busy, Duration.ofHours(1));
        publish("on");
        assertThat(data(sent(busy))).contains("data: on\n");
    }

    @Test
    void aConnectionHearsThatTheServerLeavesAlsoWhereItsOwnEndOvertakesThat() throws Exception {
        EmbeddedChannel channel = connected(recorded());
        receive(channel, Http2Bytes.request(FIRST, "/events"));
        connections.drain(); // its task has not had its turn on the event loop
        connections.abort();
        var ended = connections.finish();
        List<Frame> goAways = sent(channel).stream().filter(Frame::isGoAway).toList();
        assertThat(goAways).hasSize(2);
        assertThat(goAways.get(0).isGoAway(Integer.MAX_VALUE)).isTrue();
        assertThat(goAways.get(1).isGoAway(FIRST)).isTrue();
        assertThat(ended).isCompleted();
    }

    @Test
    void aRequestThatDoesNotCompleteIsResetAndTheConnectionServesOn() throws Exception {
        EmbeddedChannel channel = connected(recorded());
        receive(channel, Http2Bytes.beginRequest(FIRST, "/events"));
        after(channel, Duration.ofSeconds(29));
        assertThat(sent(channel)).noneMatch(frame -> frame.isReset(Http2Error.CANCEL));
        after(channel, Duration.ofSeconds(1));
        assertThat(sent(channel)).singleElement().matches(frame -> frame.isReset(Http2Error.CANCEL));
        receive(channel, Http2Bytes.request(SECOND, "/events"));
        assertThat(answers(sent(channel))).containsExactly(200);
    }

    @Test
    void aLongAnswerThatIsTakenSlowlyIsNotCutOff() throws Exception {
        EmbeddedChannel channel = connected(recorded(), new Http2LimitsTest.LongAnswer());
        receive(channel, Http2Bytes.beginRequest(FIRST, "/long"));
        receive(channel, Http2Bytes.endRequest(FIRST));
        int taken = 0;
        while (taken < Http2LimitsTest.LongAnswer.BYTES) {
            List<Frame> frames = sent(channel);
            assertThat(frames).noneMatch(frame -> frame.isReset(Http2Error.CANCEL));
            assertThat(data(frames)).isNotEmpty();
            taken += data(frames).length();
            after(channel, Duration.ofMinutes(4));
            receive(channel, Http2Bytes.window(FIRST, FRAME));
        }
        assertThat(taken).isEqualTo(Http2LimitsTest.LongAnswer.BYTES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/finite", "/events?lastEventId=earliest"})
    void aStreamWhoseTimeIsUpGivesItsPlaceBackHoweverSlowlyItIsTaken(String path) throws Exception {
        publish("x".repeat(MANY_WINDOWS));
        EmbeddedChannel channel = connected(recorded()
                .maxLifetime(Duration.ofMinutes(100))
                .limits(Limits.builder().connections(1).build()));
        receive(channel, Http2Bytes.request(FIRST, path));
        if (path.equals("/finite")) {
            publisher.next("x".repeat(MANY_WINDOWS));
        }
        // Its time is up after 80 to 100 minutes, and it may take one more.
        int minute = 0;
        for (; minute < 100 + 1 && recorder.closed.isEmpty(); minute++) {
            receive(channel, Http2Bytes.window(FIRST, FRAME / 2));
            after(channel, Duration.ofMinutes(1));
        }
        assertThat(minute).isGreaterThanOrEqualTo(80);
        assertThat(recorder.closed).containsExactly(CloseReason.LIFETIME);
        List<Frame> frames = sent(channel);
        assertThat(frames).anyMatch(frame -> frame.isReset(Http2Error.CANCEL));
        assertThat(data(frames).length()).isLessThan(MANY_WINDOWS);
        receive(channel, Http2Bytes.request(SECOND, "/events"));
        assertThat(answers(sent(channel))).containsExactly(200);
    }

    @Test
    void aStreamThatTakesALittleAtATimeIsNotStalled() throws Exception {
        Duration writeTimeout = Duration.ofMillis(10);
        EmbeddedChannel channel = connected(recorded().writeTimeout(writeTimeout));
        receive(channel, Http2Bytes.request(FIRST, "/events"));
        publish("x".repeat(MANY_WINDOWS));
        publish("last");
        StringBuilder taken = new StringBuilder(data(sent(channel)));
        long began = System.nanoTime();
        int looks = 0;
        while (recorder.closed.isEmpty() && taken.indexOf("data: last\n") < 0) {
            looks++;
            while (System.nanoTime() - began < looks * writeTimeout.toNanos()) {
                Thread.onSpinWait(); // a stream is watched in the machine's time
            }
            receive(channel, Http2Bytes.window(FIRST, FRAME));
            after(channel, writeTimeout); // when it is looked at
            taken.append(data(sent(channel)));
        }
        assertThat(recorder.closed).isEmpty();
        assertThat(looks).isGreaterThan(10);
    }
}
