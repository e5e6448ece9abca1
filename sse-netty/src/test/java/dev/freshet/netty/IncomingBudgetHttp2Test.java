package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.netty.Http2Bytes.Frame;
import dev.freshet.netty.Http2Client.Stream;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.util.ReferenceCountUtil;
import java.io.DataInputStream;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the requests of one HTTP/2 connection, and of all, may hold while they are incomplete.
 * Covers {@link IncomingHttp2Bytes}.
 */
class IncomingBudgetHttp2Test extends ServerFixture {
    private static final String COOKIE = "cookie: " + "x".repeat(3_800);

    /** Reads what is passed on, and answers nothing. */
    @Sharable
    private static final class Silent extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            ReferenceCountUtil.release(msg);
        }
    }

    private SseServer taking(Limits limits) {
        return start(local().limits(limits)
                .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                .endpoint("POST", "/take", request -> SseReply.refuse(409, request.bodyText()))
                .requests(pipeline -> pipeline.addLast(new Silent())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /events", "POST /take", "POST /page"})
    void aRequestThatWouldNotFitIsResetAndTheOthersGoOn(String line) throws Exception {
        String[] parts = line.split(" ", -1);
        try (Http2Client client = Http2Client.connect(taking(Limits.defaults()))) {
            Stream events = client.follow("/events");
            Stream first = client.request("POST", "/take", false);
            List<Stream> refused = new ArrayList<>();
            for (int i = 0; i < 20; i++) { // their cookies are fields of the table but for the first
                refused.add(client.request(parts[0], parts[1], false, COOKIE, COOKIE, COOKIE, COOKIE));
            }
            assertThat(refused.get(19).end()).isEqualTo("ENHANCE_YOUR_CALM");
            first.send("on", true);
            assertThat(first.body()).isEqualTo("on\n");
            publish("on");
            assertThat(events.readEvent().data()).isEqualTo("on");
            events.reset();
        }
    }

    @Test
    void aBodyThatWouldNotFitIsReset() throws Exception {
        Limits limits = Limits.builder().incompleteBytesPerConnection(20_000).build();
        try (Http2Client client = Http2Client.connect(taking(limits))) {
            Stream large = client.request("POST", "/take", false);
            large.send("x".repeat(16_000), false);
            assertThat(large.end()).isEqualTo("ENHANCE_YOUR_CALM");
            Stream small = client.request("POST", "/take", false);
            small.send("on", true);
            assertThat(small.body()).isEqualTo("on\n");
        }
    }

    @Test
    void aConnectionThatGoesOnIsTold() throws Exception {
        Limits limits = Limits.builder().incompleteBytesPerConnection(20_000).build();
        try (Http2Client client = Http2Client.connect(taking(limits))) {
            client.settings();
            try {
                for (int i = 0; i < 110; i++) {
                    client.request("POST", "/take", false, COOKIE);
                }
            } catch (Exception e) {
                // the first that comes too late finds no stream
            }
            assertThat(client.frames().goAway().errorCode()).isEqualTo(Http2Error.ENHANCE_YOUR_CALM.code());
            client.awaitClosed();
        }
    }

    @Test
    void aConnectionIsToldThatHasOneTooLargeRequestAfterTheOther() throws Exception {
        Limits limits = Limits.builder().incompleteBytesPerConnection(7_000).build();
        try (Http2Client client = Http2Client.connect(taking(limits))) {
            client.settings();
            try {
                for (int i = 0; i < 110; i++) {
                    client.request("POST", "/take", false, COOKIE).end();
                }
            } catch (Exception e) {
                // the first that comes too late finds no stream
            }
            assertThat(client.frames().goAway().errorCode()).isEqualTo(Http2Error.ENHANCE_YOUR_CALM.code());
            client.awaitClosed();
        }
    }

    @Test
    void requestsThatHaveComeInWholeMayWaitToBeJudged() throws Exception {
        Queue<Runnable> judge = new ConcurrentLinkedQueue<>();
        SseServer server = start(local().endpoint(
                        "POST",
                        "/take",
                        SseEndpoint.blocking(judge::add, new RequestEndpointCallTest.Judged(request -> null))));
        try (Http2Client client = Http2Client.connect(server)) {
            List<Stream> streams = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                Stream stream = client.request("POST", "/take", false, "cookie: " + "x".repeat(500));
                stream.send("hi", true);
                streams.add(stream);
            }
            CountDownLatch answered = new CountDownLatch(1);
            Thread judging = new Thread(() -> {
                while (answered.getCount() > 0) {
                    Runnable task = judge.poll();
                    if (task != null) {
                        task.run();
                    } else {
                        Thread.onSpinWait();
                    }
                }
            });
            judging.start();
            for (Stream stream : streams) {
                assertThat(stream.status()).isEqualTo("409");
            }
            answered.countDown();
            judging.join();
        }
    }

    @Test
    void anAnswerThatIsNotTakenMakesRoomForOthers() throws Exception {
        SseServer server =
                start(local().limits(Limits.builder().incompleteBytes(60_000).build())
                        .endpoint("POST", "/take", request -> SseReply.refuse(409, request.bodyText())));
        try (Socket socket = new Socket("127.0.0.1", server.address().getPort())) {
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
            DataInputStream in = new DataInputStream(socket.getInputStream());
            socket.getOutputStream().write(Http2Bytes.beginWithoutWindow());
            for (int i = 0; i < 20; i++) {
                socket.getOutputStream().write(Http2Bytes.request(2 * i + 1, "/none"));
            }
            Frame frame = Http2Bytes.readFrame(in);
            while (!frame.isReset()) {
                frame = Http2Bytes.readFrame(in);
            }
            assertThat(frame.stream()).isEqualTo(1);
            assertThat(frame.isReset(Http2Error.CANCEL)).isTrue();
            RawSseClient honest = client(server);
            honest.send("POST /take HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi");
            assertThat(body(honest, honest.readHead())).isEqualTo("hi\n");
        }
    }

    @Test
    void aPageMayHaveTwoHundredStreamsWhoseTokensAreLookedUp() throws Exception {
        CompletableFuture<SseReply> later = new CompletableFuture<>();
        SseServer server = start(local().endpoint("/events", request -> SseReply.when(later)));
        try (Http2Client client = Http2Client.connect(server)) {
            List<Stream> streams = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                streams.add(client.get("/events", "cookie: " + "x".repeat(1_000)));
            }
            later.complete(SseReply.subscribe(hub, "t"));
            for (Stream stream : streams) {
                assertThat(stream.status()).isEqualTo("200");
            }
            publish("on");
            for (Stream stream : streams) {
                assertThat(stream.readEvent().data()).isEqualTo("on");
            }
            streams.forEach(Stream::reset);
        }
    }

    @Test
    void theFramesOfAStreamThatIsNotReadCountForMoreThanTheirBytes() throws Exception {
        Queue<Runnable> judge = new ConcurrentLinkedQueue<>();
        SseServer server = start(local().endpoint(
                        "POST",
                        "/take",
                        SseEndpoint.blocking(judge::add, request -> SseReply.refuse(409, request.bodyText()))));
        try (Socket socket = new Socket("127.0.0.1", server.address().getPort())) {
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
            DataInputStream in = new DataInputStream(socket.getInputStream());
            socket.getOutputStream().write(Http2Bytes.begin());
            socket.getOutputStream().write(Http2Bytes.beginPost(1, "/take"));
            for (int i = 0; i < 2_000; i++) {
                socket.getOutputStream().write(Http2Bytes.data(1, 1));
            }
            Frame frame = Http2Bytes.readFrame(in);
            while (!frame.isReset()) {
                frame = Http2Bytes.readFrame(in);
            }
            assertThat(frame.isReset(Http2Error.ENHANCE_YOUR_CALM)).isTrue();
        }
    }

    @Test
    void aBodyInSmallFramesIsReadWhereItFits() throws Exception {
        try (Http2Client client = Http2Client.connect(taking(Limits.defaults()))) {
            Stream small = client.request("POST", "/take", false);
            for (int i = 0; i < 3_000; i++) {
                small.send("x", false);
            }
            small.send("!", true);
            assertThat(small.body()).isEqualTo("x".repeat(3_000) + "!\n");
        }
    }

    @Test
    void aHeadWhoseLastContinuationDoesNotComeMakesRoomForOthers() throws Exception {
        SseServer server = taking(Limits.builder().incompleteBytes(60_000).build());
        Queue<Socket> hostile = new ArrayDeque<>();
        try {
            for (int i = 0; i < 10; i++) {
                Socket socket = new Socket("127.0.0.1", server.address().getPort());
                hostile.add(socket);
                socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
                socket.getOutputStream().write(Attack.ENDLESS_HEADS.http2());
                RawSseClient honest = client(server);
                honest.send("POST /take HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi");
                assertThat(body(honest, honest.readHead())).isEqualTo("hi\n");
            }
            DataInputStream in = new DataInputStream(hostile.element().getInputStream());
            Frame frame = Http2Bytes.readFrame(in);
            while (!frame.isGoAway()) {
                frame = Http2Bytes.readFrame(in);
            }
            assertThat(frame.error()).isEqualTo((int) Http2Error.ENHANCE_YOUR_CALM.code());
        } finally {
            for (Socket socket : hostile) {
                socket.close();
            }
        }
    }

    @Test
    void everyByteIsGivenBack() throws Exception {
        SseServer server = taking(Limits.builder().incompleteBytes(70_000).build());
        try (Http2Client client = Http2Client.connect(server)) {
            for (int i = 0; i < 50; i++) {
                Stream whole = client.request("POST", "/take", false);
                whole.send("x".repeat(4_000), true);
                assertThat(whole.status()).isEqualTo("409");
                Stream given = client.request("POST", "/take", false);
                given.send("x".repeat(4_000), false);
                given.reset();
                client.follow("/events").reset();
                Stream large = client.request("POST", "/take", false, "content-length: 70000");
                assertThat(large.status()).isEqualTo("413");
            }
            Stream last = client.request("POST", "/take", false);
            last.send("x".repeat(40_000), true);
            assertThat(last.status()).isEqualTo("409");
        }
    }
}
