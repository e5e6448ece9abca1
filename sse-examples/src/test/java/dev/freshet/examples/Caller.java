package dev.freshet.examples;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.netty.SseServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A caller of one server: plain requests through the JDK's client, streams through a raw one. */
record Caller(SseServer server) {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    HttpResponse<String> get(String path) {
        return send(request(path).GET());
    }

    HttpResponse<String> post(String path, String body) {
        return send(request(path).POST(BodyPublishers.ofString(body)));
    }

    HttpResponse<String> post(String path, byte[] body) {
        return send(request(path).POST(BodyPublishers.ofByteArray(body)));
    }

    HttpResponse<String> call(String method, String path) {
        return send(request(path).method(method, BodyPublishers.noBody()));
    }

    RawSseClient connect() throws IOException {
        return RawSseClient.connect("127.0.0.1", server.address().getPort()).without("stream-open");
    }

    /** A stream whose opening was read as far as its head. */
    RawSseClient follow(String path, String... headers) throws IOException {
        RawSseClient client = connect();
        RawSseClient.Head head = client.get(path, headers);
        if (head.status() != 200) {
            client.close();
            throw new IOException(path + ": " + head.statusLine());
        }
        return client;
    }

    static JsonNode json(String text) {
        return MAPPER.readTree(text);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.address().getPort() + path))
                .timeout(Duration.ofSeconds(30));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return CLIENT.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
