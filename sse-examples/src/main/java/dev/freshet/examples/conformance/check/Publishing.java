package dev.freshet.examples.conformance.check;

import dev.freshet.examples.conformance.wire.Address;
import dev.freshet.examples.conformance.wire.Body;
import dev.freshet.examples.conformance.wire.Connection;
import dev.freshet.examples.conformance.wire.Head;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/**
 * How an event is published at the server.
 *
 * @param address where to
 * @param method such as POST
 * @param contentType of the content
 * @param template the content: {@code {data}} stands for the data, {@code {json}} for the data as a JSON string
 * @param headers field lines of every request
 */
public record Publishing(Address address, String method, String contentType, String template, List<String> headers) {

    private static final JsonMapper JSON = new JsonMapper();

    /**
     * Publishes an event, and waits for the answer.
     *
     * @throws PublishException if the answer is not one of success, or does not come in time
     */
    void publish(String data) throws PublishException {
        String content = template.contains("{json}")
                ? template.replace("{json}", JSON.writeValueAsString(data))
                : template.replace("{data}", data);
        List<String> fields = new ArrayList<>(List.of(
                Server.hostLine(address, headers),
                "Content-Type: " + contentType,
                "Content-Length: " + content.getBytes(StandardCharsets.UTF_8).length,
                "Connection: close"));
        fields.addAll(Server.withoutHost(headers));
        try (Connection connection = address.connect()) {
            connection.send(method + " " + address.target() + " HTTP/1.1", fields, content);
            Head head = connection.head();
            new Body(connection, head).all(address.timeout());
            if (head.status() / 100 != 2) {
                throw new PublishException("cannot publish: " + address.uri() + ": status " + head.status(), null);
            }
        } catch (PublishException e) {
            throw e;
        } catch (IOException e) {
            throw new PublishException("cannot publish: " + address.uri() + ": " + e.getMessage(), e);
        }
    }
}
