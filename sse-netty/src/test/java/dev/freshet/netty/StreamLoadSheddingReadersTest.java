package dev.freshet.netty;

import static dev.freshet.harness.Conditions.await;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.hub.SseHub;
import dev.freshet.log.Retention;
import dev.freshet.netty.IncomingBackpressureUnreadTest.Client;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a client gets while too much waits for others. */
class StreamLoadSheddingReadersTest extends StuckClients {
    @ParameterizedTest
    @EnumSource
    void whoComesBackGetsAllWhileTooMuchWaits(Client kind) throws Exception {
        SseServer server = start(builder(kind.tls).writeTimeout(Duration.ofDays(1)));
        stuck(server, Client.HTTP_1.tls == kind.tls ? Client.HTTP_1 : Client.HTTP_1_OVER_TLS, EVENTS - 1);
        fill(streamLoopOf(recorder.nextOpened()));
        publish("last");
        if (kind == Client.HTTP_2) {
            try (Http2Client client = Http2Client.connect(server).widen(2 * EVENTS * EVENT.length())) {
                Http2Client.Stream stream = client.follow("/events?lastEventId=earliest");
                for (int i = 0; i < EVENTS; i++) {
                    assertThat(stream.readEvent().lastEventId())
                            .isEqualTo(ids.get(i).toString());
                }
                assertThat(stream.readEvent().data()).isEqualTo("last");
            }
            return;
        }
        HttpClient client = HttpClient.newBuilder()
                .sslContext(Tls.trusting())
                .version(kind.isHttp1() ? HttpClient.Version.HTTP_1_1 : HttpClient.Version.HTTP_2)
                .build();
        HttpRequest request = HttpRequest.newBuilder(URI.create((kind.tls ? "https" : "http") + "://localhost:"
                        + server.address().getPort() + "/events?lastEventId=earliest"))
                .timeout(Duration.ofSeconds(PATIENCE_SECONDS))
                .build();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                client.send(request, BodyHandlers.ofInputStream()).body(), US_ASCII))) {
            for (EventId id : ids) {
                while (!lines.readLine().equals("data: " + EVENT)) {}
                assertThat(lines.readLine()).isEqualTo("id: " + id);
            }
            while (!lines.readLine().equals("data: last")) {}
        }
    }

    @Test
    void whileTooMuchWaitsWhoReadsAloneHasOneBatchAtATime() throws Exception {
        AtomicLong most = new AtomicLong();
        SseServer server = start(builder(false).requests(pipeline -> {
            bufferLittle(pipeline);
            pipeline.addFirst(new ChannelOutboundHandlerAdapter() {
                @Override
                public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
                    ctx.write(msg, promise);
                    most.accumulateAndGet(StreamWriteProgress.bytes(ctx.channel()), Math::max);
                }
            });
        }));
        stuck(server, Client.HTTP_1, EVENTS - 1);
        fill(streamLoopOf(recorder.nextOpened()));
        publish("last");
        RawSseClient client = client(server);
        client.get("/events", "Last-Event-ID: " + ids.get(0));
        for (int i = 1; i < EVENTS; i++) {
            assertThat(client.readEvent().lastEventId()).isEqualTo(ids.get(i).toString());
        }
        assertThat(client.readEvent().data()).isEqualTo("last");
        assertThat(most.get()).isLessThan(18 << 10);
    }

    @Test
    void whoTakesAnEventIsNotClosedForItThoughItIsFarMoreThanMayWait() throws Exception {
        hub.close();
        hub = SseHub.builder()
                .retention(Retention.builder()
                        .maxBytes(16 << 20)
                        .hubBytes(64 << 20)
                        .build())
                .build();
        SseServer server = start(builder(false));
        Socket client = stuck(server, Client.HTTP_1, "earliest");
        StreamLoop loop = streamLoopOf(recorder.nextOpened());
        String large = "y".repeat(8 << 20);
        publish(large);
        publish("last");
        await("it waits", () -> held(loop) > 4 * BOUND);
        byte[] some = new byte[16 << 10];
        StringBuilder end = new StringBuilder();
        long read = 0;
        while (end.indexOf("data: last") < 0) {
            int length = client.getInputStream().read(some);
            assertThat(length).as("it was closed after %s bytes", read).isPositive();
            read += length;
            end.append(new String(some, 0, length, US_ASCII));
            end.delete(0, Math.max(0, end.length() - 100));
        }
        assertThat(read).isGreaterThan(large.length());
    }

    @Test
    void whoBarelyReadsAndSkipsTakesNoMore() throws Exception {
        int many = 2 * STUCK;
        hub.close();
        hub = SseHub.builder()
                .retention(Retention.builder().maxBytes(128 << 10).build())
                .build();
        SseServer server = start(builder(false).lagPolicy(LagPolicy.SKIP));
        List<Socket> clients = new ArrayList<>();
        AtomicLong most = new AtomicLong();
        StreamLoop loop = null;
        for (int i = 0; i < EVENTS; i++) {
            publish(EVENT);
            if (i % 20 == 0 && clients.size() < many) {
                clients.add(stuck(server, Client.HTTP_1, "earliest"));
                loop = streamLoopOf(recorder.nextOpened());
            }
            most.accumulateAndGet(held(Objects.requireNonNull(loop)), Math::max);
        }
        StreamLoop last = Objects.requireNonNull(loop);
        await("some have skipped", () -> {
            clients.forEach(StreamLoadSheddingReadersTest::readSome);
            most.accumulateAndGet(held(last), Math::max);
            return !recorder.lagged.isEmpty();
        });
        assertThat(most.get()).isLessThan(2 * BOUND + many * (17L << 10));
    }

    private static void readSome(Socket client) {
        try {
            client.getInputStream().skipNBytes(Math.min(client.getInputStream().available(), 12 << 10));
        } catch (IOException e) {
            // closed, for it was silent
        }
    }
}
