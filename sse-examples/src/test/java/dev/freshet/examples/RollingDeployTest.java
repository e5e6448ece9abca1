package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.ReferenceParser.Event;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two relays in processes of their own, each with a hub of its own: before and after a restart, or both up at once. */
class RollingDeployTest {
    private final List<Process> processes = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();

    @AfterEach
    void end() {
        processes.forEach(Process::destroyForcibly);
    }

    private URI relay() throws IOException {
        Process process = ProcessTest.start("relay", "--port", "0");
        processes.add(process);
        return URI.create(ProcessTest.ready(process, "http://127.0.0.1:"));
    }

    private void publish(URI relay, String... data) throws Exception {
        for (String one : data) {
            http.send(
                    HttpRequest.newBuilder(relay.resolve("/publish"))
                            .POST(BodyPublishers.ofString(one))
                            .build(),
                    BodyHandlers.discarding());
        }
    }

    private static RawSseClient follow(URI relay, String... headers) throws IOException {
        RawSseClient client =
                RawSseClient.connect(relay.getHost(), relay.getPort()).without("stream-open");
        assertThat(client.get("/events", headers).status()).isEqualTo(200);
        return client;
    }

    private static void assertReset(URI relay, String lastEventId, String... data) throws IOException {
        try (RawSseClient client = follow(relay, "Last-Event-ID: " + lastEventId)) {
            List<Event> events = client.readEvents(1 + data.length);
            assertThat(events.get(0).type()).isEqualTo("stream-reset");
            assertThat(events.get(0).data()).contains("\"reason\":\"unknown\"");
            assertThat(events.subList(1, events.size())).extracting(Event::data).containsExactly(data);
        }
    }

    @Test
    void aClientOfOneNodeIsResetOnTheOtherThoughBothPublishedMeanwhile() throws Exception {
        URI one = relay();
        URI other = relay();
        String position;
        try (RawSseClient client = follow(one)) {
            publish(one, "a0", "a1", "a2");
            position = client.readEvents(3).get(2).lastEventId();
        }
        publish(one, "a3", "a4");
        publish(other, "b0", "b1", "b2");

        assertReset(other, position, "b0", "b1", "b2");
        try (RawSseClient client = follow(one, "Last-Event-ID: " + position)) {
            assertThat(client.readEvents(2)).extracting(Event::data).containsExactly("a3", "a4");
        }
    }

    @Test
    void aClientFromBeforeARestartIsReset() throws Exception {
        URI before = relay();
        publish(before, "a0");
        String position;
        try (RawSseClient client = follow(before, "Last-Event-ID: earliest")) {
            position = client.readEvent().lastEventId();
        }
        processes.get(0).destroyForcibly().waitFor();
        URI after = relay();
        publish(after, "b0");

        assertReset(after, position, "b0");
    }
}
