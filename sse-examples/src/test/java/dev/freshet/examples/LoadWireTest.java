package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.hub.SseHub;
import dev.freshet.netty.EndpointOptions;
import dev.freshet.netty.SseServer;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

/** The load tool over TLS and HTTP/2, against a relay. */
class LoadWireTest {

    private final LoadTool tool = new LoadTool();

    @ParameterizedTest
    @CsvSource({
        "false, rate --rate 100 --duration 200ms, HTTP/1.1, 1",
        "false, burst --events 50, HTTP/1.1, 1",
        "false, burst --events 50 --http2, HTTP/2, 10",
        "true, burst --events 50, HTTP/1.1, 1",
        "true, burst --events 50 --http2, HTTP/2, 10",
        "true, burst --events 50 --http2 --streams-per-connection 3, HTTP/2, 3",
        "true, idle --duration 1ms --http2, HTTP/2, 10",
        "true, reconnect --events 20 --rounds 1, HTTP/1.1, 1",
        "true, reconnect --events 20 --rounds 1 --http2, HTTP/2, 10"
    })
    void aRunIsAllWellAndItsReportNamesTheWire(boolean tls, String arguments, String protocol, int streams)
            throws Exception {
        try (Relay relay = tls ? tlsRelay() : LoadTool.relay()) {
            String trust = tls ? " --insecure" : "";
            assertThat(tool.load(url(relay, tls), arguments + trust + " --connections 25 --json -"))
                    .as(tool.err())
                    .isZero();
        }
        JsonNode report = Caller.json(tool.out());
        JsonNode wire = report.get("wire");
        assertThat(wire.get("protocol").asString()).isEqualTo(protocol);
        assertThat(wire.get("tls").asBoolean()).isEqualTo(tls);
        assertThat(wire.get("streamsPerConnection").asInt()).isEqualTo(streams);
        assertThat(wire.get("compressed").asBoolean()).isFalse();
        assertThat(tool.err()).contains("wire       " + protocol, "verdict    all well");
        if (!arguments.startsWith("idle")) {
            assertThat(report.get("deliveries").get("received").asLong())
                    .isEqualTo(25 * report.get("events").asLong());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " --http2"})
    void whatARelayHasCompressedOnceIsChecked(String protocol) {
        try (Relay relay = Relay.start(
                SseHub.builder(),
                SseServer.builder().host("127.0.0.1").port(0).eventLoops(1),
                new Guard(),
                EndpointOptions.builder().compress())) {
            assertThat(tool.load(
                            url(relay, false),
                            "rate --connections 25 --rate 500 --duration 1s --compressed --json -" + protocol))
                    .as(tool.err())
                    .isZero();
        }
        JsonNode compression = Caller.json(tool.out()).get("compression");
        assertThat(compression.get("compressed").asInt()).isEqualTo(25);
        assertThat(compression.get("wireBytes").asLong())
                .isLessThan(compression.get("decodedBytes").asLong() / 2);
    }

    @Test
    void streamsShareConnections() {
        try (Relay relay = Relay.start(
                SseHub.builder(), SseServer.builder().host("127.0.0.1").port(0).maxConcurrentStreams(4), new Guard())) {
            String url = url(relay, false);

            assertThat(tool.load(url, "burst --events 5 --connections 8 --http2 --streams-per-connection 4"))
                    .as(tool.err())
                    .isZero();
            assertThat(tool.load(url, "burst --events 5 --connections 8 --http2 --streams-per-connection 5"))
                    .isEqualTo(2);
        }
        assertThat(tool.err().lines())
                .singleElement()
                .asString()
                .contains("the server allows 4 streams on a connection (expected: 5, of --streams-per-connection)");
    }

    @Test
    void aCertificateOfAFileIsTrusted(@TempDir Path folder) throws Exception {
        X509Bundle bundle = certificate();
        Path file = Files.writeString(folder.resolve("c.pem"), bundle.getCertificatePathPEM());
        try (Relay relay = tlsRelay(bundle)) {
            assertThat(tool.load(url(relay, true), "burst --events 5 --connections 2 --ca " + file))
                    .as(tool.err())
                    .isZero();
        }
    }

    @Test
    void aCertificateThatNobodySignedIsNotTrusted() throws Exception {
        try (Relay relay = tlsRelay()) {
            assertThat(tool.load(url(relay, true), "burst")).isEqualTo(2);
        }
        assertThat(tool.err().lines()).singleElement().asString().contains("cannot connect to https://", "certif");
    }

    @Test
    void aServerOfHttp1BehindTlsIsNoServerOfHttp2() throws Exception {
        X509Bundle bundle = certificate();
        SseServer.Builder http1 = SseServer.builder()
                .host("127.0.0.1")
                .port(0)
                .tls(SslContextBuilder.forServer(bundle.toKeyManagerFactory()).build());
        try (Relay relay = Relay.start(SseHub.builder(), http1, new Guard())) {
            assertThat(tool.load(url(relay, true), "burst --http2 --insecure")).isEqualTo(2);
        }
        assertThat(tool.err().lines())
                .singleElement()
                .asString()
                .endsWith("the server agrees on no HTTP/2 by ALPN, as --http2 expects");
    }

    @Test
    void aServerThatAnswersHttp1IsNoServerOfHttp2() throws Exception {
        try (DeflatingServer server = new DeflatingServer(DeflatingServer.Answer.GZIP)) {
            assertThat(tool.load(server.url(), "burst --http2")).isEqualTo(2);
        }
        assertThat(tool.err().lines())
                .singleElement()
                .asString()
                .endsWith("no HTTP/2 was answered, as --http2 expects");
    }

    @Test
    void theSelfTestComparesBothServersOverTlsAndSaysThatTheirWiresDiffer() {
        assertThat(tool.run(
                        "load burst --self-test --tls --http2 --rounds 1 --connections 20 --events 20 --quiet --json -"
                                .split(" ")))
                .as(tool.err())
                .isZero();

        JsonNode comparison = Caller.json(tool.out());
        JsonNode ours = comparison.get("freshet").get(0);
        JsonNode theirs = comparison.get("byHand").get(0);
        assertThat(ours.get("wire").get("protocol").asString()).isEqualTo("HTTP/2");
        assertThat(theirs.get("wire").get("protocol").asString()).isEqualTo("HTTP/1.1");
        assertThat(ours.get("wire").get("tls").asBoolean()).isTrue();
        assertThat(theirs.get("wire").get("tls").asBoolean()).isTrue();
        assertThat(tool.err())
                .contains("note: unlike wires: Freshet by HTTP/2 over TLS", "resident MiB, all connected");
    }

    private static X509Bundle certificate() throws Exception {
        return new CertificateBuilder()
                .subject("CN=relay")
                .setIsCertificateAuthority(true)
                .addSanIpAddress("127.0.0.1")
                .buildSelfSigned();
    }

    private static Relay tlsRelay() throws Exception {
        TlsOptions options = CommandLine.populateCommand(new TlsOptions(), "--tls", "self-signed");
        return Relay.start(
                SseHub.builder(), SseServer.builder().host("127.0.0.1").port(0).tls(options.context()), new Guard());
    }

    private static Relay tlsRelay(X509Bundle bundle) throws Exception {
        return Relay.start(
                SseHub.builder(),
                SseServer.builder()
                        .host("127.0.0.1")
                        .port(0)
                        .tls(SslContextBuilder.forServer(bundle.toKeyManagerFactory())
                                .build()),
                new Guard());
    }

    private static String url(Relay relay, boolean tls) {
        String url = LoadTool.url(relay) + "/events?topic=w";
        return tls ? url.replace("http:", "https:") : url;
    }
}
