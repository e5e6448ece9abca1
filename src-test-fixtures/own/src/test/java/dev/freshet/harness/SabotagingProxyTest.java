package dev.freshet.harness;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.ReferenceParser;
import dev.freshet.harness.SabotagingProxy.Sabotage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Events that are spoilt, and the places of cuts. */
class SabotagingProxyTest {
    private static final String HEAD = "HTTP/1.1 200 OK\r\n\r\n";

    @SuppressWarnings("NullAway.Init")
    private ServerSocket door;

    @BeforeEach
    void open() throws IOException {
        door = new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    }

    @AfterEach
    void close() throws IOException {
        door.close();
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(US_ASCII));
    }

    @ParameterizedTest
    @CsvSource({
        "'HTTP/1.1 200 OK\r\nA: b\r\n', HEAD",
        "'HTTP/1.1 200 OK\r\n\r\nevent: stream-open\n', OPENING",
        "'HTTP/1.1 200 OK\r\n\r\nevent: stream-open\ndata: {}\nid: 0\n\n:\n', BEFORE_FIRST_EVENT",
        "'HTTP/1.1 200 OK\r\n\r\nevent: stream-open\ndata: {}\nid: 0\n\nda', EVENT",
        "'HTTP/1.1 200 OK\r\n\r\nevent: stream-open\ndata: {}\nid: 0\n\ndata: a\ni', ID_LINE",
        "'HTTP/1.1 200 OK\r\n\r\nevent: stream-open\ndata: {}\nid: 0\n\ndata: a\nid: 1\n\n:\n', BETWEEN_EVENTS",
        "'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\ndata: a\n\n\r\n3\r\nid', ID_LINE"
    })
    void thePlaceOfACutIsKnownByWhatHadPassed(String passed, CutPlace place) {
        assertThat(CutPlace.of(passed.getBytes(US_ASCII))).isEqualTo(place);
    }

    @ParameterizedTest
    @CsvSource({"DROP, 1 3", "DOUBLE, 1 2 2 3 4 4", "SWAP, 1 3 2"})
    void everySecondEventIsSpoilt(Sabotage sabotage, String expected) throws Exception {
        try (SabotagingProxy proxy = new SabotagingProxy(door.getLocalPort(), sabotage, 2);
                RawSseClient client = RawSseClient.connect("127.0.0.1", proxy.port())) {
            String request = "GET / HTTP/1.1\r\n\r\n";
            client.send(request);
            try (Socket server = door.accept()) {
                server.getInputStream().readNBytes(request.length()); // else the close is a reset
                send(server, HEAD + "data: 1\n\ndata: 2\n\ndata: 3\n\ndata: 4\n\n");
            }
            client.readHead();
            StringBuilder data = new StringBuilder();
            for (ReferenceParser.Event event = client.tryReadEvent(); event != null; event = client.tryReadEvent()) {
                data.append(event.data()).append(' ');
            }
            assertThat(data.toString()).isEqualTo(expected + ' ');
        }
    }
}
