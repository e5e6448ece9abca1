package dev.freshet.netty;

import static dev.freshet.harness.Conditions.await;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.ServerChannel;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A client that asks without end and reads no answer, whatever it speaks. */
class IncomingBackpressureUnreadTest extends ServerFixture {
    private static final int MANY = 3_000;
    private static final String REASON = "x".repeat(4_000);
    /** So long that no read brings more requests than there is room for answers. */
    private static final String TARGET = "/refused?" + "x".repeat(110);

    /** More than a segment of the loopback, or whoever sends waits for its timer each time that there is a little room. */
    private static final int RECEIVE_BUFFER = 128 << 10;
    /** Beside what sockets hold: what was read in one go when the output filled up, answered. */
    private static final long MOST_BYTES = 5 << 20;

    private final CompletableFuture<Channel> first = new CompletableFuture<>();
    private final AtomicLong most = new AtomicLong();
    private final AtomicLong total = new AtomicLong();

    enum Client {
        HTTP_1(false),
        HTTP_1_OVER_TLS(true),
        HTTP_2(false),
        HTTP_2_OVER_TLS(true);

        final boolean tls;

        Client(boolean tls) {
            this.tls = tls;
        }

        boolean isHttp1() {
            return this == HTTP_1 || this == HTTP_1_OVER_TLS;
        }

        Socket connect(int port, int receiveBuffer) throws Exception {
            Socket socket = new Socket();
            socket.setReceiveBufferSize(receiveBuffer);
            socket.connect(new InetSocketAddress("127.0.0.1", port));
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
            if (!tls) {
                return socket;
            }
            SSLSocket secured =
                    (SSLSocket) Tls.trusting().getSocketFactory().createSocket(socket, "localhost", port, true);
            SSLParameters parameters = secured.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {isHttp1() ? "http/1.1" : "h2"});
            secured.setSSLParameters(parameters);
            secured.startHandshake();
            return secured;
        }

        void ask(OutputStream out) throws IOException {
            if (isHttp1()) {
                out.write(("GET " + TARGET + " HTTP/1.1\r\nHost: h\r\n\r\n")
                        .repeat(MANY)
                        .getBytes(ISO_8859_1));
                return;
            }
            out.write(Http2Bytes.begin());
            for (int stream = 1; stream < 2 * MANY; stream += 2) {
                out.write(Http2Bytes.request(stream, TARGET));
            }
        }

        /** How many answers came, up to so many. */
        int readAnswers(InputStream in) throws IOException {
            int answers = 0;
            if (isHttp1()) {
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, ISO_8859_1));
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    answers += line.startsWith("HTTP/1.1 403 ") ? 1 : 0;
                    if (answers == MANY && line.equals(REASON)) {
                        return answers;
                    }
                }
                return answers;
            }
            DataInputStream frames = new DataInputStream(in);
            while (answers < MANY) {
                answers += Http2Bytes.readFrame(frames).endsStream() ? 1 : 0;
            }
            return answers;
        }
    }

    /** Next to the socket. */
    private final class Watch extends ChannelDuplexHandler {
        @Override
        public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
            long before = waiting(ctx);
            ctx.write(msg, promise);
            long now = waiting(ctx);
            total.addAndGet(now - before);
            most.accumulateAndGet(now, Math::max);
        }

        private static long waiting(ChannelHandlerContext ctx) {
            var outbound = ctx.channel().unsafe().outboundBuffer();
            return outbound == null ? 0 : outbound.totalPendingWriteBytes();
        }
    }

    private void watch(ChannelPipeline requests) {
        Channel socket = requests.channel().parent() instanceof ServerChannel
                ? requests.channel()
                : requests.channel().parent();
        if (socket.pipeline().get(Watch.class) == null) {
            socket.pipeline().addFirst(new Watch());
            first.complete(socket);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoReadsNoAnswerIsNotReadAndHoldsUpNobodyAndGetsAllInTheEnd(Client kind) throws Exception {
        SseServer.Builder builder = kind.tls ? local().tls(Tls.server()) : local();
        SseServer server = start(builder.maxConcurrentStreams(MANY)
                .requests(this::watch)
                .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                .endpoint("/refused", request -> SseReply.refuse(403, REASON)));
        try (Socket deaf = kind.connect(server.address().getPort(), RECEIVE_BUFFER)) {
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
                try {
                    kind.ask(deaf.getOutputStream());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            awaitPaused(first.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
            assertServes(server, kind.tls);
            assertThat(kind.readAnswers(deaf.getInputStream())).isEqualTo(MANY);
            sent.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        assertThat(most.get()).isLessThan(MOST_BYTES);
        assertThat(total.get()).isGreaterThan(2 * MOST_BYTES);
    }

    private static void awaitPaused(Channel socket) {
        await("it is not read", () -> !socket.isWritable() && !socket.config().isAutoRead());
    }

    private void assertServes(SseServer server, boolean tls) throws Exception {
        URI uri = URI.create(
                (tls ? "https" : "http") + "://localhost:" + server.address().getPort() + "/events");
        HttpClient client = HttpClient.newBuilder().sslContext(Tls.trusting()).build();
        HttpResponse<InputStream> stream =
                client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofInputStream());
        publish("a");
        BufferedReader lines = new BufferedReader(new InputStreamReader(stream.body(), ISO_8859_1));
        while (!lines.readLine().equals("data: a")) {} // the opening
        stream.body().close();
    }
}
