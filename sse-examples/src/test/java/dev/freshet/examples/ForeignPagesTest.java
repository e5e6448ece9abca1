package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.SseServer;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** What a page of another site may have its visitor's browser send to the programs. */
class ForeignPagesTest {

    @TempDir
    private Path folder;

    private AutoCloseable program = () -> {};

    @AfterEach
    void stop() throws Exception {
        program.close();
    }

    /** A program that listens as it is told on its command line, at a free port. */
    private SseServer start(String name, String... listen) throws Exception {
        SseServer.Builder builder = server(listen);
        if (name.equals("relay")) {
            return relay(builder);
        }
        if (name.equals("logs")) {
            return logs(builder);
        }
        Program started =
                switch (name) {
                    case "clock" -> Clock.start(builder);
                    case "prices" -> PriceTable.start(builder);
                    case "rooms" -> Rooms.start(builder);
                    case "orders" -> Orders.start(new Outbox(OrdersCommand.url(null)), builder);
                    case "chat" -> Chat.start(SseHub.builder(), builder);
                    default -> Dashboard.start(builder);
                };
        program = started;
        return started.server();
    }

    /** That of the command that a command line names; of the dashboard where it names none. */
    private static SseServer.Builder server(String... arguments) {
        CommandLine commandLine = Main.commandLine();
        commandLine.parseArgs(arguments);
        List<CommandLine> commands = commandLine.getParseResult().asCommandLineList();
        CommandSpec last = commands.get(commands.size() - 1).getCommandSpec();
        return ((Listen) last.mixins().get("listen").userObject()).server().port(0);
    }

    private SseServer logs(SseServer.Builder builder) throws IOException {
        ScheduledExecutorService reader = Program.scheduler("reader");
        Path file = Files.createFile(folder.resolve("app.log"));
        SseServer server =
                LogsCommand.with(builder, new LogLines(file, 1 << 20, reader)).start();
        program = () -> {
            server.close();
            Program.stop(reader);
        };
        return server;
    }

    private SseServer relay(SseServer.Builder builder, String... guard) {
        Relay relay = Relay.start(SseHub.builder(), builder, CommandLine.populateCommand(new Guard(), guard));
        program = relay;
        return relay.server();
    }

    private static String post(String path, String host, String origin) {
        return "POST " + path + " HTTP/1.1\r\nHost: " + host + (origin.isEmpty() ? "" : "\r\nOrigin: " + origin)
                + "\r\nContent-Length: 2\r\n\r\nhi";
    }

    private static int ask(SseServer server, String request) throws Exception {
        try (RawSseClient client = new Caller(server).connect()) {
            client.send(request);
            return client.readHead().status();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "dashboard, /api/notify, 200",
        "dashboard, /api/cut?client=a, 200",
        "dashboard, /api/load, 200",
        "rooms, /api/rooms/lobby?name=ann, 200",
        "chat, /api/chat, 200",
        "orders, /orders, 201",
        "relay, /publish, 200",
        "relay, /disconnect, 200"
    })
    void theyPostNothing(String name, String path, int done) throws Exception {
        SseServer server = start(name);
        assertThat(ask(server, post(path, "localhost", "https://evil.example"))).isEqualTo(403);
        assertThat(ask(server, post(path, "localhost", "null"))).isEqualTo(403);
        assertThat(ask(server, post(path, "localhost", "ftp://localhost"))).isEqualTo(403);
        assertThat(ask(server, post(path, "localhost:8080", "http://localhost:9090")))
                .isEqualTo(403);
        assertThat(ask(server, post(path, "evil.example", "http://evil.example")))
                .isEqualTo(421);
        assertThat(ask(server, post(path, "evil.example", ""))).isEqualTo(421);
        assertThat(ask(server, post(path, "localhost", ""))).isEqualTo(done);
        assertThat(ask(server, post(path, "127.0.0.1:8080", "http://127.0.0.1:8080")))
                .isEqualTo(done);
        assertThat(ask(server, post(path, "LocalHost", "https://localhost"))).isEqualTo(done);
    }

    @ParameterizedTest
    @CsvSource({
        "dashboard, /",
        "dashboard, /api/events",
        "clock, /clock",
        "prices, /api/prices",
        "rooms, /api/rooms/lobby?name=ann",
        "chat, /",
        "logs, /logs",
        "orders, /orders/events",
        "relay, /stats",
        "relay, /events"
    })
    void aNameThatWasPointedAtThisMachineReadsNothing(String name, String path) throws Exception {
        SseServer server = start(name);
        assertThat(ask(server, "GET " + path + " HTTP/1.1\r\nHost: evil.example\r\n\r\n"))
                .isEqualTo(421);
        assertThat(ask(server, "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dashboard", "chat", "relay"})
    void theNamesThatAreGivenAreTheOnlyOnes(String name) throws Exception {
        SseServer server = start(name, "--hosts", "events.example", "--hosts", "Other.example:8080");
        String path = name.equals("relay") ? "/stats" : "/";
        assertThat(ask(server, "GET " + path + " HTTP/1.1\r\nHost: events.example:80\r\n\r\n"))
                .isEqualTo(200);
        assertThat(ask(server, "GET " + path + " HTTP/1.1\r\nHost: other.example:8080\r\n\r\n"))
                .isEqualTo(200);
        assertThat(ask(server, "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                .isEqualTo(421);
    }

    @Test
    void theNamesMayStandBeforeTheCommandToo() throws Exception {
        SseServer server = relay(server("--hosts", "events.example", "relay"));
        assertThat(ask(server, post("/publish", "events.example", ""))).isEqualTo(200);
        assertThat(ask(server, post("/publish", "localhost", ""))).isEqualTo(421);
    }

    @Test
    void whereOtherMachinesMayAskAnyNameWillDo() throws Exception {
        assertThat(ask(start("relay", "--host", "0.0.0.0"), post("/publish", "events.example", "")))
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "LOCALHOST, localhost",
        "127.1, 127.0.0.1",
        "::ffff:127.0.0.1, 127.0.0.1",
        "[::1], [::1]",
        "127.0.0.2, 127.0.0.2"
    })
    void aLoopbackAddressIsOneHoweverItIsWritten(String address, String name) throws Exception {
        SseServer server = start("relay", "--host", address);
        try (RawSseClient client = RawSseClient.connect(
                server.address().getAddress().getHostAddress(), server.address().getPort())) {
            client.send(post("/publish", "events.example", ""));
            RawSseClient.Head head = client.readHead();
            assertThat(head.status()).isEqualTo(421);
        }
        try (RawSseClient client = RawSseClient.connect(
                server.address().getAddress().getHostAddress(), server.address().getPort())) {
            client.send(post("/publish", name, ""));
            assertThat(client.readHead().status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "localhost:80, http://localhost, 200",
        "localhost:443, https://localhost, 200",
        "localhost:80, https://localhost, 403"
    })
    void theOwnOriginIsKnownHoweverAProxyNamesThePort(String host, String origin, int status) throws Exception {
        assertThat(ask(start("relay"), post("/publish", host, origin))).isEqualTo(status);
    }

    @Test
    void whatIsNoNameIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> start("relay", "--hosts", "http://localhost"))
                .withMessageStartingWith("hosts: \"http://localhost\" (expected: a name such as ");
    }

    @ParameterizedTest
    @CsvSource({
        "https://app.example, https://app.example, 200",
        "https://app.example:443, https://app.example, 200",
        "https://app.example, https://evil.example, 403",
        "*, https://evil.example, 200"
    })
    void pagesThatMayReadMayPublish(String cors, String origin, int status) throws Exception {
        SseServer server = relay(SseServer.builder().host("127.0.0.1").port(0), "--cors", cors);
        assertThat(ask(server, post("/publish", "localhost", origin))).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({"https://localhost, 200", "http://localhost, 403"})
    void overTlsTheRelaysOwnPagesAreHttps(String origin, int status) throws Exception {

        TlsOptions tls = CommandLine.populateCommand(new TlsOptions(), "--tls", "self-signed");
        SseServer server =
                relay(SseServer.builder().host("127.0.0.1").port(0).tls(Objects.requireNonNull(tls.context())));
        SSLContext trusting = SSLContext.getInstance("TLS");
        trusting.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        try (SSLSocket socket = (SSLSocket) trusting.getSocketFactory()
                .createSocket("127.0.0.1", server.address().getPort())) {
            socket.getOutputStream().write(post("/publish", "localhost", origin).getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 " + status);
        }
    }
}
