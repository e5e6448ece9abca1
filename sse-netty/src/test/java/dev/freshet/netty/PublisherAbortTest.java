package dev.freshet.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.fixtures.RawSseClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Finite streams that are cut off: to an HTTP/1.0 client the end of the connection would be the end of the response. */
class PublisherAbortTest extends ServerFixture {
    private static final String GET = "GET /events HTTP/1.0\r\n\r\n";

    private final HandPublisher publisher = new HandPublisher();
    private final Recorder recorder = new Recorder();

    private SseServer.Builder streaming() {
        return local().listener(recorder).endpoint("/events", request -> SseReply.stream(publisher));
    }

    private RawSseClient following(SseServer server) throws Exception {
        RawSseClient client = client(server);
        client.send(GET);
        client.readHead();
        publisher.next("a");
        assertThat(client.readEvent().data()).isEqualTo("a");
        return client;
    }

    @ParameterizedTest
    @MethodSource("transports")
    void anHttp10ConnectionIsResetByAShutdown(Transport transport) throws Exception {
        SseServerTest.assumeAvailable(transport);
        SseServer server = start(streaming().transport(transport));
        RawSseClient client = following(server);
        server.close();
        assertThatThrownBy(() -> rest(client)).isInstanceOf(SocketException.class);
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.SHUTDOWN);
    }

    @Test
    void anHttp10ConnectionIsResetWhenItsTimeIsUp() throws Exception {
        RawSseClient client = client(start(streaming().maxLifetime(Duration.ofMillis(50))));
        client.send(GET);
        assertThat(client.readHead().status()).isEqualTo(200);
        assertThatThrownBy(() -> rest(client)).isInstanceOf(SocketException.class);
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.LIFETIME);
    }

    @Test
    void anHttp10ConnectionIsResetWhenItsStreamIsAborted() throws Exception {
        SseServer server = start(streaming());
        RawSseClient client = following(server);
        assertThat(server.connections().abort(stream -> true)).isEqualTo(1);
        assertThatThrownBy(() -> rest(client)).isInstanceOf(SocketException.class);
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.APPLICATION);
    }

    @Test
    void anHttp10ConnectionIsClosedWhenItsStreamIsComplete() throws Exception {
        RawSseClient client = following(start(streaming()));
        publisher.subscriber().onComplete();
        assertThat(rest(client)).isEmpty();
    }

    @Test
    void overTlsACutIsSeenToo() throws Exception {
        SseServer server = start(streaming().tls(Tls.server()));
        try (Socket client = Tls.trusting()
                .getSocketFactory()
                .createSocket("127.0.0.1", server.address().getPort())) {
            client.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
            client.getOutputStream().write(GET.getBytes(US_ASCII));
            publisher.next("a");
            InputStream in = client.getInputStream();
            StringBuilder received = new StringBuilder();
            while (!received.toString().endsWith("\r\n\r\ndata: a\n\n")) {
                received.append((char) in.read());
            }
            server.close();
            assertThatThrownBy(in::readAllBytes).isInstanceOf(IOException.class);
        }
    }
}
