package dev.freshet.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.harness.LogReader;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A server with TLS, and the JDK's client, which speaks HTTP/2 or HTTP/1.1 as it is told to.
 * Covers {@link ServerAlpn}.
 */
class SseServerTlsTest extends ServerFixture {
    private final Recorder recorder = new Recorder();

    private SseServer serve(SslContext context) {
        return start(local().tls(context)
                .listener(recorder)
                .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                .endpoint("/closed", request -> SseReply.refuse(403))
                .endpoint("POST", "/post", request -> SseReply.stop())
                .requests(pipeline -> pipeline.addLast(Pipelines.Behind.answeringAtOnce())));
    }

    private static HttpClient client(Version version) throws Exception {
        return HttpClient.newBuilder()
                .sslContext(Tls.trusting())
                .version(version)
                .build();
    }

    private static HttpRequest request(SseServer server, String path) {
        return HttpRequest.newBuilder(
                        URI.create("https://localhost:" + server.address().getPort() + path))
                .timeout(Duration.ofSeconds(PATIENCE_SECONDS))
                .build();
    }

    private static HttpResponse<InputStream> follow(HttpClient client, SseServer server) throws Exception {
        return client.send(request(server, "/events"), BodyHandlers.ofInputStream());
    }

    @ParameterizedTest
    @EnumSource
    void aClientHasTheVersionThatItAsksFor(Version version) throws Exception {
        SseServer server = serve(Tls.server());
        HttpResponse<InputStream> stream = follow(client(version), server);
        assertThat(stream.version()).isEqualTo(version);
        assertThat(stream.headers().firstValue("content-type")).hasValue("text/event-stream");
        List<String> sent =
                IntStream.range(0, 1_000).mapToObj(i -> "event " + i).toList();
        sent.forEach(this::publish);
        assertThat(readData(stream.body(), 1_000)).isEqualTo(sent);
        stream.body().close();
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNoStreamIsAnsweredInTheSameVersion(Version version) throws Exception {
        SseServer server = serve(Tls.server());
        HttpClient client = client(version);
        HttpResponse<String> other = client.send(request(server, "/other?a=b"), BodyHandlers.ofString());
        assertThat(other.version()).isEqualTo(version);
        assertThat(other.body()).isEqualTo("</other?a=b >");
        assertThat(client.send(request(server, "/closed"), BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void aContextWithoutAlpnSpeaksHttp1() throws Exception {
        SseServer server = serve(Tls.serverWithoutAlpn());
        HttpResponse<InputStream> stream = follow(client(Version.HTTP_2), server);
        publish("over HTTP/1.1");
        assertThat(stream.version()).isEqualTo(Version.HTTP_1_1);
        assertThat(readData(stream.body(), 1)).containsExactly("over HTTP/1.1");
        stream.body().close();
    }

    @ParameterizedTest
    @EnumSource
    void aClientThatLeavesIsNoticed(Version version) throws Exception {
        SseServer server = serve(Tls.server());
        follow(client(version), server).body().close();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.PEER);
    }

    @ParameterizedTest
    @EnumSource
    void aShutdownTellsAFarewellAndEndsTheStream(Version version) throws Exception {
        SseServer server = serve(Tls.server());
        HttpResponse<InputStream> stream = follow(client(version), server);
        CompletableFuture<Void> ended =
                server.shutdown(Duration.ofSeconds(PATIENCE_SECONDS)).toCompletableFuture();
        assertThat(new String(stream.body().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
                .containsPattern("\n\nretry: [0-9]+\n$");
        ended.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.SHUTDOWN);
    }

    @Test
    void whoSpeaksNoTlsIsSentAwayAndTheServerServesOn() throws Exception {
        SseServer server = serve(Tls.server());
        var plain = client(server);
        plain.send("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(rest(plain)).doesNotContain("HTTP/");
        HttpResponse<InputStream> stream = follow(client(Version.HTTP_2), server);
        assertThat(stream.statusCode()).isEqualTo(200);
        stream.body().close();
    }

    @Test
    void handlersThatCannotBeAddedAreLogged() throws Exception {
        SseServer server = start(local().tls(Tls.server()).requests(pipeline -> {
            throw new IllegalStateException("by the test");
        }));
        String log = LogReader.logged(() -> assertThatThrownBy(
                        () -> client(Version.HTTP_1_1).send(request(server, "/"), BodyHandlers.ofString()))
                .isInstanceOf(IOException.class));
        assertThat(log).contains("WARN", "by the test");
    }

    private static Socket posting(SseServer server, String protocol) throws Exception {
        SSLSocket socket = (SSLSocket) Tls.trusting()
                .getSocketFactory()
                .createSocket("127.0.0.1", server.address().getPort());
        socket.setEnabledProtocols(new String[] {protocol});
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        socket.getOutputStream()
                .write("POST /post HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000000\r\n\r\n".getBytes(US_ASCII));
        return socket;
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aClientThatIsRefusedWhileItSendsReadsTheRefusal(String protocol) throws Exception {
        try (Socket client = posting(serve(Tls.server()), protocol)) {
            for (int sent = 0; sent < 4 << 20; sent += 64 << 10) {
                client.getOutputStream().write(new byte[64 << 10]);
            }
            assertThat(new String(client.getInputStream().readAllBytes(), US_ASCII))
                    .startsWith("HTTP/1.1 413 ")
                    .endsWith("\r\n\r\nbody: over 65536 bytes\n");
        }
    }

    @Test
    void aClientThatIsRefusedAndSendsOnAndOnIsCutOff() throws Exception {
        try (Socket client = posting(serve(Tls.server()), "TLSv1.3")) {
            assertThatThrownBy(() -> {
                        while (true) {
                            client.getOutputStream().write(new byte[64 << 10]);
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void aClientsContextIsRefused() throws Exception {
        SslContext context = SslContextBuilder.forClient().build();
        assertThatThrownBy(() -> SseServer.builder().tls(context))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("tls: a client's context (expected: a server's)");
    }
}
