package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.SseServer;
import java.io.EOFException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The relay's options that say who may come, how many, and for how long. */
class RelayGuardTest {

    private Relay relay;

    private Caller start(String... options) {
        Guard guard = CommandLine.populateCommand(new Guard(), options);
        relay = Relay.start(
                SseHub.builder(), SseServer.builder().host("127.0.0.1").port(0), guard);
        return new Caller(relay.server());
    }

    @AfterEach
    void stop() {
        if (relay != null) {
            relay.close();
        }
    }

    private static RawSseClient.Head ask(Caller caller, String target, String... headers) throws Exception {
        try (RawSseClient client = caller.connect()) {
            return client.get(target, headers);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/events",
                "/events?token=",
                "/events?token=secrets",
                "/events?token=x&token=secret",
                "/stats",
                "/nowhere"
            })
    void withoutTheTokenNothingIsAnswered(String target) throws Exception {
        RawSseClient.Head head = ask(start("--token", "secret"), target, "Authorization: Basic secret");
        assertThat(head.status()).isEqualTo(401);
        assertThat(head.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"events\"");
    }

    @ParameterizedTest
    @CsvSource({
        "DELETE, /stats, 405, GET",
        "POST, /events, 405, GET",
        "GET, /publish, 405, POST",
        "OPTIONS, /publish, 405, POST",
        "DELETE, /nowhere, 404,",
        "GET, /nowhere, 404,",
    })
    void withoutTheTokenNoMethodTellsWhatIsThere(String method, String path, int status, String allowed)
            throws Exception {
        Caller caller = start("--token", "secret");
        for (String token : new String[] {"no", "secret"}) {
            try (RawSseClient client = caller.connect()) {
                client.send(method + " " + path + "?token=" + token
                        + " HTTP/1.1\r\nHost: h\r\nContent-Length: 2000000\r\nExpect: 100-continue\r\n\r\n");
                RawSseClient.Head head = client.readHead();
                assertThat(head.status()).isEqualTo(token.equals("no") ? 401 : status);
                assertThat(head.header("content-type")).isEqualTo("application/json");
                if (token.equals("secret") && allowed != null) {
                    assertThat(head.header("allow")).startsWith(allowed);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/events?token=s%C3%A9cret, X: y",
        "/stats?token=s%C3%A9cret, X: y",
        "/events?token=no, authorization: bearer sécret"
    })
    void theTokenComesInTheQueryOrTheHeader(String target, String header) throws Exception {
        Caller caller = start("--token", "sécret");
        String bytes = new String(
                header.getBytes(java.nio.charset.StandardCharsets.UTF_8), java.nio.charset.StandardCharsets.ISO_8859_1);
        assertThat(ask(caller, target, bytes).status()).isEqualTo(200);
    }

    @Test
    void theTokenMayBeTheFirstLineOfAFile(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("token"), "sécret \r\nnote\n");
        Caller caller = start("--token-file", file.toString());
        assertThat(ask(caller, "/stats?token=s%C3%A9cret").status()).isEqualTo(200);
        assertThat(ask(caller, "/stats?token=note").status()).isEqualTo(401);
        assertThat(ask(caller, "/stats").status()).isEqualTo(401);
    }

    @Test
    void aFileWithoutATokenIsRefused(@TempDir Path folder) throws Exception {
        Path empty = Files.writeString(folder.resolve("empty"), "\nsecret\n");
        Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xFF, (byte) 0xFE});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> start("--token-file", empty.toString()))
                .withMessage("--token-file: empty (expected: a secret)");
        for (Path file : List.of(binary, folder, folder.resolve("none"))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> start("--token-file", file.toString()))
                    .withMessage("--token-file: " + file + " (expected: a file of text in UTF-8)");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> start("--token-file", empty.toString(), "--token", "secret"))
                .withMessage("--token-file: beside --token (expected: one of them)");
    }

    @Test
    void thePublisherNeedsTheTokenToo() throws Exception {
        Caller caller = start("--token", "secret");
        try (RawSseClient client = caller.follow("/events?token=secret")) {
            assertThat(caller.post("/publish", "no").statusCode()).isEqualTo(401);
            assertThat(caller.post("/disconnect", "").statusCode()).isEqualTo(401);
            assertThat(caller.post("/publish?token=secret", "yes").statusCode()).isEqualTo(200);
            assertThat(client.readEvent().data()).isEqualTo("yes");
        }
    }

    @Test
    void aStreamExpires() throws Exception {
        try (RawSseClient client = start("--expires", "100ms").follow("/events?topic=a")) {
            assertThat(client.readEvent().type()).isEqualTo("credentials-expired");
            assertThat(client.tryReadEvent()).isNull();
        }
    }

    @Test
    void aStreamHasALifetime() throws Exception {
        try (RawSseClient client = start("--max-lifetime", "100ms").follow("/events")) {
            assertThat(client.tryReadEvent()).isNull();
            assertThat(client.retries())
                    .as("that of the opening, and the farewell's")
                    .hasSize(2);
            assertThat(client.isWhole()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--max-connections", "--max-per-address"})
    void oneStreamTooManyIsToldToComeLater(String option) throws Exception {
        Caller caller = start(option, "1");
        try (RawSseClient client = caller.follow("/events")) {
            assertThat(ask(caller, "/events").status()).isEqualTo(503);
            assertThat(ask(caller, "/events", "Accept: text/event-stream", "Sec-Fetch-Mode: cors")
                            .status())
                    .isEqualTo(200);
            assertThat(caller.post("/publish", "a").statusCode()).isEqualTo(200);
            assertThat(client.readEvent().data()).isEqualTo("a");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--max-sockets", "--max-sockets-per-address"})
    void oneSocketTooManyIsClosed(String option) throws Exception {
        Caller caller = start(option, "1");
        try (RawSseClient client = caller.follow("/events");
                RawSseClient another = caller.connect()) {
            assertThatExceptionOfType(EOFException.class).isThrownBy(() -> another.readBytes(1));
            relay.server().connections().close(stream -> true);
            assertThat(client.tryReadEvent()).isNull();
        }
    }

    @ParameterizedTest
    @CsvSource({"Content-Length: 10", "Content-Length: 500000000"})
    void aPublisherWithoutTheTokenIsNotToldToSend(String length) throws Exception {
        try (RawSseClient client = start("--token", "secret").connect()) {
            client.send("POST /publish HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n" + length + "\r\n\r\n");
            RawSseClient.Head head = client.readHead();
            assertThat(head.status()).isEqualTo(401);
            assertThat(head.header("connection")).isEqualTo("close");
        }
    }

    @Test
    void aRefusedPublisherMayTryAgainOnItsConnection() throws Exception {
        try (RawSseClient client = start("--token", "secret").connect()) {
            for (String target : new String[] {"/publish", "/publish?token=secret"}) {
                client.send("POST " + target + " HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi");
                RawSseClient.Head head = client.readHead();
                assertThat(head.status()).isEqualTo(target.endsWith("secret") ? 200 : 401);
                client.readBytes(Integer.parseInt(String.valueOf(head.header("content-length"))));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/events?a=b;token=secret, 401",
        "/stats?a=b;token=secret, 401",
        "http://h/events?token=secret, 200",
        "http://h/stats?token=secret, 200"
    })
    void everyPathReadsItsTargetInTheSameWay(String target, int status) throws Exception {
        assertThat(ask(start("--token", "secret"), target).status()).isEqualTo(status);
    }

    @Test
    void withoutOptionsAllMayAsk() {
        HttpResponse<String> answer = start().get("/stats");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().map()).doesNotContainKeys("access-control-allow-origin", "vary");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --token           | ''   | --token: empty (expected: a secret)
            --expires         | 0    | --expires: PT0S (expected: > 0)
            --max-connections | 0    | limits.connections: 0 (expected: > 0)
            --max-per-address | -1   | limits.connectionsPerAddress: -1 (expected: > 0)
            --max-sockets     | 0    | limits.sockets: 0 (expected: > 0)
            --max-sockets-per-address | 0 | limits.socketsPerAddress: 0 (expected: > 0)
            --max-lifetime    | 0    | maxLifetime: PT0S (expected: 10 ms to 365 days)
            --cors            | here | cors.origins: "here" (expected: an origin such as https://app.example or http://localhost:3000)
            """)
    void whatMakesNoSenseIsRefused(String option, String value, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> start(option, value))
                .withMessage(message);
    }
}
