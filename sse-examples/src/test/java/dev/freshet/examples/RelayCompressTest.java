package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A relay that compresses, as a process. */
@Timeout(120)
class RelayCompressTest {
    private final HttpClient client = HttpClient.newHttpClient();

    private HttpResponse<InputStream> follow(NodeProcess node, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.port + "/events"));
        return client.send(
                (headers.length == 0 ? request : request.headers(headers)).build(), BodyHandlers.ofInputStream());
    }

    private void publish(NodeProcess node, String data) throws Exception {
        HttpRequest event = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.port + "/publish"))
                .POST(BodyPublishers.ofString(data))
                .build();
        assertThat(client.send(event, BodyHandlers.discarding()).statusCode()).isEqualTo(200);
    }

    @Test
    void whoAcceptsGzipDecodesAnEventBeforeTheNextIsPublished() throws Exception {
        try (NodeProcess node = NodeProcess.start("relay", "--compress")) {
            HttpResponse<InputStream> first = follow(node, "Accept-Encoding", "gzip");
            HttpResponse<InputStream> second = follow(node, "Accept-Encoding", "gzip");
            HttpResponse<InputStream> plain = follow(node);
            assertThat(first.headers().firstValue("content-encoding")).hasValue("gzip");
            assertThat(plain.headers().firstValue("content-encoding")).isEmpty();
            InputStream one = new GZIPInputStream(first.body());
            InputStream two = new GZIPInputStream(second.body());
            for (int i = 0; i < 50; i++) {
                String event = "data: event " + i + " of many that are alike\n";
                publish(node, event.substring(6).strip());
                for (InputStream stream : new InputStream[] {one, two, plain.body()}) {
                    assertThat(readUntil(stream, event)).endsWith(event);
                }
            }
        }
    }

    private static String readUntil(InputStream in, String last) throws Exception {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        while (!text.toString(StandardCharsets.UTF_8).endsWith(last)) {
            int next = in.read();
            assertThat(next).as("the stream after: " + text).isNotNegative();
            text.write(next);
        }
        return text.toString(StandardCharsets.UTF_8);
    }
}
