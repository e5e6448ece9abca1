package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that take nothing of what the kernel has for them, and say nothing: as one that has vanished. */
class VanishedPeerTest extends ServerFixture {
    private static final Duration TIMEOUT = Duration.ofMillis(300);

    /** More than the client's window, and less than the server's socket takes at once, so that nothing waits here. */
    private static final String WAITS_IN_THE_KERNEL = "x".repeat(12 << 10);

    private final Recorder recorder = new Recorder();

    static Stream<Arguments> nativeTransportsAndPaths() {
        return nativeTransports()
                .flatMap(transport -> Stream.of("/events", "/finite").map(path -> Arguments.of(transport, path)));
    }

    private SseServer server(Transport transport) {
        return start(local().transport(transport)
                .listener(recorder)
                .writeTimeout(TIMEOUT)
                .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                .endpoint(
                        "/finite",
                        request -> SseReply.stream(subscriber -> {
                            HandPublisher publisher = new HandPublisher(SseEvent.of(WAITS_IN_THE_KERNEL));
                            publisher.subscribe(subscriber);
                        })));
    }

    @ParameterizedTest
    @MethodSource("nativeTransportsAndPaths")
    @EnabledOnOs(OS.LINUX)
    void theirStreamEndsAsStalled(Transport transport, String path) throws Exception {
        RawSseClient client = client(server(transport), 2048);
        client.send("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n");
        recorder.nextOpened();
        publish(WAITS_IN_THE_KERNEL);
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.STALLED);
    }

    @ParameterizedTest
    @MethodSource("nativeTransports")
    @EnabledOnOs(OS.LINUX)
    void theirStreamsOfHttp2EndAsStalled(Transport transport) throws Exception {
        RawSseClient client = client(server(transport), 2048);
        client.send(new String(Http2Bytes.begin(), StandardCharsets.ISO_8859_1)
                + new String(Http2Bytes.request(1, "/events"), StandardCharsets.ISO_8859_1));
        recorder.nextOpened();
        publish(WAITS_IN_THE_KERNEL);
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.STALLED);
    }

    /** What they do not take waits here, too, and the kernel tells of it as that is written. */
    @ParameterizedTest
    @MethodSource("nativeTransports")
    @EnabledOnOs(OS.LINUX)
    void theirStreamsOverTlsAndHttp2EndAsStalledWhereTheKernelIsFull(Transport transport) throws Exception {
        SseServer tls = start(local().transport(transport)
                .tls(Tls.server())
                .listener(recorder)
                .writeTimeout(TIMEOUT)
                .endpoint("/events", request -> SseReply.subscribe(hub, "t")));
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(2048);
            socket.connect(tls.address());
            SSLSocket client = (SSLSocket)
                    Tls.trustingAll().getSocketFactory().createSocket(socket, "localhost", socket.getPort(), false);
            client.startHandshake();
            client.getOutputStream().write(Pipelines.get("/events").getBytes(StandardCharsets.US_ASCII));
            recorder.nextOpened();
            publishMuch();
            assertThat(recorder.nextClosed()).isEqualTo(CloseReason.STALLED);
        }
        RawSseClient client = client(server(transport), 2048);
        client.send(new String(Http2Bytes.begin(), StandardCharsets.ISO_8859_1)
                + new String(Http2Bytes.request(1, "/events"), StandardCharsets.ISO_8859_1)
                + new String(Http2Bytes.window(1, 1 << 30), StandardCharsets.ISO_8859_1));
        recorder.nextOpened();
        publishMuch();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.STALLED);
    }

    private void publishMuch() {
        for (int i = 0; i < 80; i++) {
            publish("x".repeat(100_000));
        }
    }

    @Test
    void whatFailsInAPromiseIsNoted() {
        EmbeddedChannel channel = new EmbeddedChannel(
                new ChannelOutboundHandlerAdapter() {
                    @Override
                    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
                        promise.setFailure(new IOException("writevAddresses(..) failed with error(-110): timed out"));
                    }
                },
                ServerWriteFailures.INSTANCE);
        assertThat(VanishedPeer.was(channel)).isFalse();
        channel.write("a");
        assertThat(VanishedPeer.was(channel)).isTrue();
        channel.finishAndReleaseAll();
    }

    @ParameterizedTest
    @CsvSource({"NIO, true", "EPOLL, false"})
    void onNioStreamsMayLastAsLongAsThatAtMost(Transport transport, boolean shorter) throws Exception {
        SseServer server = start(local().transport(transport)
                .listener(recorder)
                .maxLifetime(Duration.ofHours(1))
                .nioMaxLifetime(Duration.ofMillis(50))
                .endpoint("/events", request -> SseReply.subscribe(hub, "t")));
        RawSseClient client = follower(server);
        SseConnection stream = recorder.nextOpened();
        if (shorter) {
            assertThat(recorder.nextClosed()).isEqualTo(CloseReason.LIFETIME);
        } else {
            publish("a");
            assertThat(client.readEvent().data()).isEqualTo("a");
            assertThat(stream.isOpen()).isTrue();
        }
    }

    @Test
    void aShorterLifetimeStaysOnNio() {
        StreamOptions options = SseHandler.builder().maxLifetime(Duration.ofSeconds(1)).options(1).stream();
        assertThat(options.endingAfter(Duration.ofSeconds(2)).maxLifetime()).isEqualTo(Duration.ofSeconds(1));
        assertThat(options.endingAfter(Duration.ofMillis(500)).maxLifetime()).isEqualTo(Duration.ofMillis(500));
        assertThat(options.endingAfter(null)).isSameAs(options);
    }

    @Test
    void aPeerThatSaysThatItGoesHasNotVanished() {
        assertThat(VanishedPeer.is(new IOException("Connection reset by peer"))).isFalse();
        assertThat(VanishedPeer.is(new IOException("writevAddresses(..) failed with error(-32): Broken pipe")))
                .isFalse();
        assertThat(VanishedPeer.is(new IOException())).isFalse();
        assertThat(VanishedPeer.is(new IllegalStateException("timed out"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection timed out",
                "recvAddress(..) failed with error(-110): Verbindungstimeout",
                "writevAddresses(..) failed with error(-113): No route to host",
                "recvAddress(..) failed with error(-101): Network is unreachable"
            })
    void aPeerThatTheKernelNoLongerReachesHas(String message) {
        assertThat(VanishedPeer.is(new IOException(message))).isTrue();
    }
}
