package dev.freshet.stacks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.ReferenceParser.Event;
import dev.freshet.harness.ListeningProcess;
import dev.freshet.harness.RestartPort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The notifications of each user, in a process of their own. */
class NotificationsTest {
    private static final Path COMMAND = Path.of("..", "boot35-notifications", "target", "stack");
    private static final Path LOG = Path.of("target", "boot35-notifications.log");
    private static final int LONGEST = 16_384;

    private static int port;
    private static Process service;

    @BeforeAll
    static void start() throws Exception {
        port = RestartPort.next();
        ProcessBuilder java = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dserver.port=" + port,
                "@" + COMMAND);
        service = ListeningProcess.start(java, port, LOG);
    }

    @AfterAll
    static void end() throws InterruptedException {
        service.destroyForcibly().waitFor();
    }

    @Test
    void aUserReceivesItsOwnNotificationsAlone() throws Exception {
        try (RawSseClient ann = follow("ann:a");
                RawSseClient bob = follow("bob:b")) {
            assertThat(notify("app:c", "bob", "{\"text\":\"for bob\"}")).isEqualTo(202);
            assertThat(notify("app:c", "ann", "{\"text\":\"für Ann\"}")).isEqualTo(202);

            assertThat(ann.readEvent().data()).isEqualTo("{\"text\":\"für Ann\"}");
            assertThat(bob.readEvent().data()).isEqualTo("{\"text\":\"for bob\"}");
        }
    }

    @Test
    void aUserThatReturnsReceivesWhatItHasMissed() throws Exception {
        try (RawSseClient ann = follow("ann:a")) {
            notify("app:c", "ann", "\"first\"");
            Event first = ann.readEvent();
            ann.cut();
            notify("app:c", "ann", "\"missed\"");
            try (RawSseClient again = follow("ann:a", "Last-Event-ID: " + first.lastEventId())) {
                assertThat(again.readEvent().data()).isEqualTo("\"missed\"");
            }
        }
    }

    @Test
    void whoIsUnknownIsRefused() throws Exception {
        try (RawSseClient client = RawSseClient.connect("127.0.0.1", port)) {
            assertThat(client.get("/notifications", authorization("ann:wrong")).status())
                    .isEqualTo(401);
        }
    }

    @Test
    void aRequestGetsNoSession() throws Exception {
        try (RawSseClient client = RawSseClient.connect("127.0.0.1", port)) {
            client.send("GET /notifications HTTP/1.1\r\nHost: localhost\r\n\r\n");
            RawSseClient.Head head = client.readHead();
            assertThat(head.status()).isEqualTo(401);
            assertThat(head.header("set-cookie")).isNull();
        }
    }

    @Test
    void aUserCannotNotifyAnother() throws Exception {
        assertThat(notify("ann:a", "bob", "\"no\"")).isEqualTo(403);
    }

    @Test
    void aUserThatIsNoneIsNotNotified() throws Exception {
        assertThat(notify("app:c", "eve", "\"no\"")).isEqualTo(404);
    }

    @Test
    void theNameOfAUserMayBeInCapitalsAsAtTheLogin() throws Exception {
        try (RawSseClient ann = follow("Ann:a")) {
            notify("app:c", "ANN", "\"for ann\"");

            assertThat(ann.readEvent().data()).isEqualTo("\"for ann\"");
        }
    }

    @Test
    void aNotificationThatIsTooLongIsRefused() throws Exception {
        assertThat(notify("app:c", "bob", "\"" + "x".repeat(LONGEST - 1) + "\""))
                .isEqualTo(413);
    }

    @Test
    void whatAFormOfAnotherSiteMaySendIsRefused() throws Exception {
        assertThat(notify("app:c", "bob", "text/plain", "no")).isEqualTo(415);
    }

    private static RawSseClient follow(String user, String... headers) throws IOException {
        RawSseClient client = RawSseClient.connect("127.0.0.1", port).without("stream-open");
        String more = String.join("\r\n", headers);
        String all = authorization(user) + (more.isEmpty() ? "" : "\r\n" + more);
        assertThat(client.get("/notifications", all).status()).isEqualTo(200);
        return client;
    }

    private static int notify(String sender, String user, String json) throws IOException, InterruptedException {
        return notify(sender, user, "application/json", json);
    }

    private static int notify(String sender, String user, String type, String body)
            throws IOException, InterruptedException {
        String[] authorization = authorization(sender).split(": ");
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/notify/" + user))
                .header(authorization[0], authorization[1])
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString(body))
                .build();
        return HttpClient.newHttpClient()
                .send(request, BodyHandlers.discarding())
                .statusCode();
    }

    private static String authorization(String user) {
        return "Authorization: Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
    }
}
