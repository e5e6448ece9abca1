package dev.freshet.stacks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import java.io.IOException;
import java.util.List;

/** One connection to the port of a service's streams, and requests on it, each sent once the one before is answered. */
final class KeptConnection {
    private static final String SMALL = "a";
    private static final String LARGE = "x".repeat(60_000);

    private final RawSseClient client;

    private KeptConnection(RawSseClient client) {
        this.client = client;
    }

    /**
     * The connection is kept after finite streams and refusals of the library, and after the framework's answers, also
     * to requests with a body of 60 KB. The last request is that for the hub's stream.
     */
    static void isKept(Stack stack, StackProcess service) throws IOException {
        try (RawSseClient client = service.connect()) {
            KeptConnection connection = new KeptConnection(client);
            if (stack.isServlet()) {
                connection.isKeptByTheServlet();
            } else {
                connection.isKeptByTheHandler(stack.ports);
            }
            assertThat(client.get("/events").status()).isEqualTo(200);
            assertThat(client.readEvent().type()).isEqualTo("stream-open");
        }
    }

    private void isKeptByTheHandler(Stack.Ports ports) throws IOException {
        for (int i = 0; i < 2; i++) {
            isEchoed();
            assertThat(ask("GET", "/events?%", "")).startsWith("400 query: ");
            isEchoed();
            for (String body : List.of("", LARGE)) {
                assertThat(ask("POST", "/echo?%", body)).startsWith("400 query: ");
                isEchoed();
                assertThat(ask("DELETE", "/events", body))
                        .matches(ports == Stack.Ports.ONE ? "(?s)(204|404|405) .*" : "(?s)405 method: .*");
                isEchoed();
                assertThat(ask("POST", "/ticks?price=0", body))
                        .matches(ports == Stack.Ports.ONE ? "(200|204) " : "(?s)404 .*");
                isEchoed();
            }
        }
    }

    /** A finite stream is answered to a request with a body, and a second one to the next request. */
    private void isEchoed() throws IOException {
        assertThat(ask("POST", "/echo", SMALL)).isEqualTo("200 data: " + SMALL + "\n\n");
        assertThat(ask("POST", "/echo", LARGE)).isEqualTo("200 data: " + LARGE + "\n\n");
    }

    private void isKeptByTheServlet() throws IOException {
        for (String body : List.of("", SMALL, LARGE)) {
            assertThat(ask("HEAD", "/events", "")).isEqualTo("200 ");
            assertThat(ask("POST", "/events", body)).startsWith("405 ");
            assertThat(ask("POST", "/ticks?price=0", body)).isEqualTo("200 ");
        }
    }

    /** Sends a request, and returns the status and the body of its answer. */
    private String ask(String method, String target, String body) throws IOException {
        client.send(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body);
        RawSseClient.Head head = client.readHead();
        String length = head.header("Content-Length");
        byte[] answer = {};
        if (!method.equals("HEAD") && head.header("Transfer-Encoding") != null) {
            answer = client.readToEnd();
            assertThat(client.isWhole()).isTrue();
        } else if (!method.equals("HEAD") && length != null) {
            answer = client.readBytes(Integer.parseInt(length));
        }
        return head.status() + " " + new String(answer, UTF_8);
    }
}
