package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.netty.Http2Client.Stream;
import dev.freshet.netty.Http2ClientFrames.GoAway;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The end of a server whose clients speak HTTP/2. Covers {@link ServerHttp2Connection}. */
class Http2ShutdownTest extends ServerFixture {
    private static final GoAway LEAVING = new GoAway(0, Integer.MAX_VALUE);

    private final Recorder recorder = new Recorder();
    private final HandPublisher publisher = new HandPublisher();

    private SseServer.Builder recorded() {
        return local().listener(recorder)
                .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                .endpoint("/finite", request -> SseReply.stream(publisher));
    }

    @Test
    void everyStreamHasAFarewellAndItsEndBeforeTheConnectionGoesAway() throws Exception {
        SseServer server = start(recorded());
        try (Http2Client client = Http2Client.connect(server)) {
            List<Stream> streams = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                streams.add(client.follow("/events"));
            }
            publish("last");
            for (Stream stream : streams) { // what has not reached a client waits for its return
                assertThat(stream.readEvent().data()).isEqualTo("last");
            }
            CompletableFuture<Void> ended = server.shutdown(Duration.ofDays(1)).toCompletableFuture();
            for (Stream stream : streams) {
                assertThat(stream.end()).isEqualTo("END_STREAM");
                assertThat(stream.body()).containsPattern("\n\nretry: [0-9]+\n$");
                assertThat(recorder.nextClosed()).isEqualTo(CloseReason.SHUTDOWN);
            }
            assertThat(client.frames().goAway()).isEqualTo(LEAVING);
            assertThat(client.frames().goAway()).isEqualTo(new GoAway(0, 21));
            client.awaitClosed();
            ended.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        recorder.assertOneClosedForEachOpened();
    }

    @Test
    void aConnectionIsToldAtOnceAndEndsWithItsLastRequest() throws Exception {
        SseServer server = start(recorded());
        try (Http2Client client = Http2Client.connect(server)) {
            Stream stream = client.follow("/finite");
            server.shutdown(Duration.ofDays(1));
            assertThat(client.frames().goAway()).isEqualTo(LEAVING);
            assertThat(client.frames().goAway()).isEqualTo(new GoAway(0, 3));
            publisher.next("on");
            assertThat(stream.readEvent().data()).isEqualTo("on");
            publisher.subscriber().onComplete();
            assertThat(stream.end()).isEqualTo("END_STREAM");
            client.awaitClosed();
        }
    }

    @Test
    void aRequestThatCrossesTheFirstWordIsAnswered() throws Exception {
        SseServer server = start(recorded().requests(pipeline -> pipeline.addLast(Pipelines.Behind.answeringAtOnce())));
        try (Http2Client client = Http2Client.connect(server)) {
            client.frames().holdPings();
            Stream stream = client.follow("/finite");
            server.shutdown(Duration.ofDays(1));
            assertThat(client.frames().goAway()).isEqualTo(LEAVING);
            assertThat(client.get("/events").status()).isEqualTo("503");
            assertThat(client.get("/other").body()).isEqualTo("</other >");
            client.frames().answerPings();
            assertThat(client.frames().goAway()).isEqualTo(new GoAway(0, 7));
            publisher.subscriber().onComplete();
            assertThat(stream.end()).isEqualTo("END_STREAM");
            client.awaitClosed();
        }
    }

    @Test
    void aPeerThatAnswersNoPingIsToldTheLastWordBeforeTheEnd() throws Exception {
        SseServer server = start(recorded());
        try (Http2Client client = Http2Client.connect(server)) {
            client.frames().holdPings();
            client.follow("/events");
            server.shutdown(Duration.ofDays(1));
            assertThat(client.frames().goAway()).isEqualTo(LEAVING);
            assertThat(client.frames().goAway()).isEqualTo(new GoAway(0, 3));
            client.awaitClosed();
        }
    }

    @Test
    void aConnectionWithoutAStreamGoesAwayAtOnce() throws Exception {
        SseServer server = start(recorded());
        try (Http2Client idle = Http2Client.connect(server);
                Http2Client busy = Http2Client.connect(server)) {
            Stream slow = busy.follow("/events");
            slow.stopReading();
            for (int i = 0; i < 100; i++) {
                publish("x".repeat(8 << 10));
            }
            assertThat(idle.get("/nothing").status()).isEqualTo("404");
            CompletableFuture<Void> ended = server.shutdown(Duration.ofDays(1)).toCompletableFuture();
            assertThat(idle.frames().goAway()).isEqualTo(LEAVING);
            assertThat(idle.frames().goAway()).isEqualTo(new GoAway(0, 3));
            idle.awaitClosed();
            assertThat(ended).isNotDone();
        }
    }

    @Test
    void aShutdownEndsByItsDeadlineAlsoWithAStreamWithoutAWindow() throws Exception {
        SseServer server = start(recorded());
        try (Http2Client client = Http2Client.connect(server)) {
            Stream slow = client.follow("/events");
            slow.stopReading();
            for (int i = 0; i < 100; i++) {
                publish("x".repeat(8 << 10));
            }
            server.shutdown(Duration.ofMillis(100)).toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(recorder.nextClosed()).isEqualTo(CloseReason.SHUTDOWN);
            client.awaitClosed();
        }
    }
}
