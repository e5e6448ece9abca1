package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.hub.SseHub;
import dev.freshet.netty.SseServer;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The conformance kit against a relay whose certificate is for 127.0.0.1 alone, and is signed by nobody else. */
class ConformanceHttpsTest {

    private final ConformanceTool tool = new ConformanceTool();
    private Relay relay;
    private Path certificate;
    private String url;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        X509Bundle bundle = new CertificateBuilder()
                .subject("CN=relay")
                .setIsCertificateAuthority(true)
                .addSanIpAddress("127.0.0.1")
                .buildSelfSigned();
        certificate = Files.writeString(folder.resolve("c.pem"), bundle.getCertificatePathPEM());
        relay = Relay.start(
                SseHub.builder(),
                SseServer.builder()
                        .host("127.0.0.1")
                        .port(0)
                        .heartbeat(Duration.ofMillis(200))
                        .tls(SslContextBuilder.forServer(bundle.toKeyManagerFactory())
                                .build()),
                CommandLine.populateCommand(new Guard(), "--cors", "*"));
        url = "https://127.0.0.1:" + relay.server().address().getPort();
    }

    @AfterEach
    void close() {
        relay.close();
    }

    @Test
    void theRelayPassesAllThatItDoesInClear() {
        tool.judge(
                "--insecure",
                "--url",
                url + "/events?topic=c",
                "--publish",
                url + "/publish?topic=c",
                "--count",
                url + "/stats",
                "--count-pattern",
                "\"connections\" *: *(\\d+)");

        assertThat(tool.with("FAILED", "ADVICE")).as(tool.text()).isEmpty();
        assertThat(tool.exitCode()).isZero();
    }

    @Test
    void aCertificateOfAFileIsTrusted() {
        tool.judge("--only", "status", "--ca", certificate.toString(), "--url", url + "/events?topic=c");

        assertThat(tool.with("PASSED")).as(tool.text()).containsExactly("status");
    }

    @Test
    void aCertificateOfAnotherNameIsNotTrusted() {
        String other = url.replace("127.0.0.1", "localhost");
        tool.judge("--only", "status", "--ca", certificate.toString(), "--url", other + "/events?topic=c");

        assertThat(tool.exitCode()).isEqualTo(3);
        assertThat(tool.text().lines()).singleElement().asString().contains("No name matching localhost");
    }

    @Test
    void insecureTrustsACertificateOfAnotherName() {
        String other = url.replace("127.0.0.1", "localhost");
        tool.judge("--only", "status", "--insecure", "--url", other + "/events?topic=c");

        assertThat(tool.with("PASSED")).as(tool.text()).containsExactly("status");
    }

    @Test
    void aCertificateThatNobodySignedIsNotTrusted() {
        tool.judge("--only", "status", "--url", url + "/events?topic=c");

        assertThat(tool.exitCode()).isEqualTo(3);
        assertThat(tool.text().lines()).singleElement().asString().contains("certif");
    }
}
