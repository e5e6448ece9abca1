package dev.freshet.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A relay whose events wait for more, as a process. */
class RelayLingerTest {
    private static final int EVENTS = 20;
    private static final Pattern CHUNK = Pattern.compile("\r\n[0-9a-f]+\r\ndata: ");

    @Test
    void theEventsOfASecondArriveInOneChunk() throws Exception {
        try (NodeProcess node = NodeProcess.start("relay", "--linger", "1000");
                Socket socket = new Socket("127.0.0.1", node.port)) {
            socket.getOutputStream().write("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8));
            socket.setSoTimeout(60_000);
            readUntil(socket.getInputStream(), "\"fresh\"");
            long begin = System.nanoTime();
            HttpClient client = HttpClient.newHttpClient();
            for (int i = 1; i <= EVENTS; i++) {
                HttpRequest event = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.port + "/publish"))
                        .POST(BodyPublishers.ofString("event " + i + " of " + EVENTS))
                        .build();
                assertThat(client.send(event, BodyHandlers.discarding()).statusCode())
                        .isEqualTo(200);
            }
            String events = readUntil(socket.getInputStream(), "event " + EVENTS + " of");

            assertThat(events).contains("event 1 of", "event 2 of");
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);
            assertThat(CHUNK.matcher(events).results().count()).isLessThanOrEqualTo(seconds + 2);
        }
    }

    private static String readUntil(InputStream in, String last) throws Exception {
        StringBuilder text = new StringBuilder();
        while (text.indexOf(last) < 0) {
            int next = in.read();
            assertThat(next).as("the stream after: " + text).isNotNegative();
            text.append((char) next);
        }
        return text.toString();
    }
}
