package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.Test;

/** Clients that speak TLS and then take their time. */
class TlsClockTest extends ServerFixture {
    private static final Duration SHORT = Duration.ofSeconds(2);
    private static final byte[] RECORD_HEAD = {23, 3, 3, 0x40, 0}; // application data, 16 KiB of it

    private SseServer serve(Limits.Builder limits) throws Exception {
        return start(local().tls(Tls.server()).limits(limits.build()));
    }

    private final SSLSocketFactory sockets = factory();

    private static SSLSocketFactory factory() {
        try {
            return Tls.trusting().getSocketFactory();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static Socket plain(SseServer server) throws IOException {
        return new Socket("127.0.0.1", server.address().getPort());
    }

    private static SSLSocket handshake(Socket plain) throws Exception {
        SSLSocket tls =
                (SSLSocket) Tls.trusting().getSocketFactory().createSocket(plain, "localhost", plain.getPort(), true);
        tls.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        tls.startHandshake();
        return tls;
    }

    @Test
    void aClientThatAsksNothingAfterTheHandshakeIsSentAway() throws Exception {
        SseServer server = serve(Limits.builder().requestTimeout(SHORT));
        try (Socket plain = plain(server);
                SSLSocket client = handshake(plain)) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void aClientThatSendsARecordByteByByteIsSentAway() throws Exception {
        SseServer server = serve(Limits.builder().requestTimeout(SHORT).idleTimeout(SHORT));
        try (Socket plain = plain(server);
                SSLSocket client = handshake(plain)) {
            client.setSoTimeout(20);
            plain.getOutputStream().write(RECORD_HEAD);
            boolean ended = false;
            for (int i = 0; i < 500 && !ended; i++) {
                try {
                    plain.getOutputStream().write(0);
                    ended = client.getInputStream().read() == -1;
                } catch (SocketTimeoutException e) {
                    // one byte more
                } catch (IOException e) {
                    ended = true;
                }
            }
            assertThat(ended).as("sent away").isTrue();
        }
    }
}
