package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Whether requests that are not answered in the usual way are counted as refused.
 * Covers {@link StreamCounts} and {@link RequestTimedOut}.
 */
class StreamCountsRefusalsTest extends ServerFixture {
    private record Refusal(String path, int status, RefusalReason why) {}

    private final BlockingQueue<Refusal> refusals = new LinkedBlockingQueue<>();
    /** Completes when the endpoint that never answers is asked. */
    private final CompletableFuture<Void> pending = new CompletableFuture<>();

    private SseServer impatient() {
        return start(local().limits(
                        Limits.builder().requestTimeout(Duration.ofMillis(500)).build())
                .listener(new SseListener() {
                    @Override
                    public void refused(SseRequest request, int status, RefusalReason why) {
                        refusals.add(new Refusal(request.path(), status, why));
                    }
                })
                .endpoint("/slow", request -> {
                    pending.complete(null);
                    return SseReply.when(new CompletableFuture<>());
                })
                .endpoint("POST", "/events", request -> SseReply.subscribe(hub, "t")));
    }

    private static long count(SseServer server, RefusalReason why) {
        return server.stats().streams().refused().getOrDefault(why, 0L);
    }

    /** Sends frames, and reads until the connection is closed or the server resets the stream. */
    private static void exchange(SseServer server, byte[]... frames) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.address().getPort())) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.write(Http2Bytes.begin());
            for (byte[] frame : frames) {
                all.write(frame);
            }
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(all.toByteArray());
            DataInputStream in = new DataInputStream(socket.getInputStream());
            while (Http2Bytes.readFrame(in).type() != 3) {
                continue;
            }
        }
    }

    @Test
    void anEndpointsBodyThatIsLateIsToldToTheListener() throws Exception {
        SseServer server = impatient();
        RawSseClient client = client(server);
        client.send("POST /events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n\r\nhell");
        assertThat(client.readHead().status()).isEqualTo(408);

        assertThat(refusals.poll(20, TimeUnit.SECONDS)).isEqualTo(new Refusal("/events", 408, RefusalReason.TIMEOUT));
        assertThat(count(server, RefusalReason.TIMEOUT)).isEqualTo(1);
    }

    @Test
    void aHeadThatIsLateIsCounted() throws Exception {
        SseServer server = impatient();
        RawSseClient client = client(server);
        client.send("POST /events HTTP/1.1\r\nHo");
        assertThat(client.readHead().status()).isEqualTo(408);

        assertThat(count(server, RefusalReason.TIMEOUT)).isEqualTo(1);
        assertThat(refusals).isEmpty();
    }

    @Test
    void aLateHeadIsNotTakenForThePendingRequestBeforeIt() throws Exception {
        SseServer server = impatient();
        RawSseClient client = client(server);
        client.send("GET /slow HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        pending.get(20, TimeUnit.SECONDS);
        client.send("POST /ev");
        assertThat(client.readToEnd()).isEmpty();

        assertThat(count(server, RefusalReason.TIMEOUT)).isEqualTo(1);
        assertThat(refusals).isEmpty();
    }

    @Test
    void aBodyThatIsLateOverHttp2IsToldToTheListener() throws Exception {
        SseServer server = impatient();
        exchange(server, Http2Bytes.beginPost(1, "/events"));

        assertThat(refusals.poll(20, TimeUnit.SECONDS)).isEqualTo(new Refusal("/events", 408, RefusalReason.TIMEOUT));
        assertThat(count(server, RefusalReason.TIMEOUT)).isEqualTo(1);
    }

    @Test
    void aMalformedRequestOverHttp2IsCounted() throws Exception {
        SseServer server = impatient();
        byte[] methodAndScheme = {(byte) 0x82, (byte) 0x86}; // and no path (RFC 7541, appendix A)
        exchange(server, Http2Bytes.request(1, methodAndScheme));

        assertThat(count(server, RefusalReason.MALFORMED)).isEqualTo(1);
    }

    @Test
    void refusalsAreCountedByStatus() throws Exception {
        SseServer server = serve(request -> SseReply.refuse(404));
        assertThat(client(server).get("/events").status()).isEqualTo(404);
        assertThat(client(server).get("/events").status()).isEqualTo(404);

        assertThat(server.stats().streams().refusals())
                .containsExactly(new StreamStats.Refusal(RefusalReason.APPLICATION, 404, 2));
    }
}
