package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.harness.ChildJvm;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The programs as processes of their own. */
class ProcessTest {

    private Process process;

    @AfterEach
    void end() {
        process.destroyForcibly();
    }

    @ParameterizedTest
    @ValueSource(strings = {"relay", "dashboard"})
    void aTerminatedProcessDrainsAndExitsWithZero(String command) throws Exception {
        process = start(command, "--port", "0");
        URI ready = URI.create(ready("http://127.0.0.1:"));
        String path = command.equals("relay") ? "/events" : "/api/notifications";
        try (RawSseClient client = RawSseClient.connect(ready.getHost(), ready.getPort())) {
            client.without("stream-open").get(path);

            process.toHandle().destroy(); // by its handle, which leaves what it wrote to be read

            assertThat(client.tryReadEvent()).isNull();
            assertThat(client.retries())
                    .as("that of the opening, and a farewell that says when to come back")
                    .hasSize(2);
            assertThat(client.isWhole()).isTrue();
        }
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(text(process.getErrorStream())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"clock", "embed", "prices", "rooms", "chat", "logs pom.xml", "openai", "mcp", "orders", "by-hand"
            })
    void theOtherServersSayWhereTheyAreReadyToo(String command) throws Exception {
        process = start((command + " --port 0").split(" "));
        URI ready = URI.create(ready("http://127.0.0.1:"));
        RawSseClient.connect(ready.getHost(), ready.getPort()).close();
    }

    @Test
    void aPortThatIsTakenEndsTheProcessWithOneLine() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            process = start("relay", "--port", String.valueOf(taken.getLocalPort()));

            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(2);
            assertThat(text(process.getErrorStream()).lines())
                    .singleElement()
                    .asString()
                    .startsWith("sse-examples: cannot listen at");
            assertThat(text(process.getInputStream())).isEmpty();
        }
    }

    @Test
    void aMalformedHttp2RequestIsResetAsOneAndNothingIsLogged() throws Exception {
        process = start("relay", "--port", "0");
        URI ready = URI.create(ready("http://127.0.0.1:"));
        try (RawSseClient client = RawSseClient.connect(ready.getHost(), ready.getPort())) {
            String settings = "\0\0\0\4\0\0\0\0\0";
            String getWithoutPath = "\0\0\2\1\5\0\0\0\1\u0082\u0086"; // RFC 9113 6.2, RFC 7541 6.1
            client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + settings + getWithoutPath);

            assertThat(resetCode(client)).as("PROTOCOL_ERROR").isEqualTo(1);
        }
        process.toHandle().destroy();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(text(process.getErrorStream())).isEmpty();
    }

    private static int resetCode(RawSseClient client) throws IOException {
        while (true) {
            ByteBuffer head = ByteBuffer.wrap(client.readBytes(9));
            byte[] payload = client.readBytes(head.getInt(0) >>> 8);
            if (head.get(3) == 3) { // RST_STREAM, RFC 9113 6.4
                return ByteBuffer.wrap(payload).getInt();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"rsa2048, rsa2048", "rsa2048, ecp256", "ecp256, rsa2048"})
    void aKeyThatIsNotTheCertificatesEndsTheProcessWithOneLine(Algorithm of, Algorithm other, @TempDir Path folder)
            throws Exception {
        CertificateBuilder builder =
                new CertificateBuilder().subject("CN=localhost").setIsCertificateAuthority(true);
        X509Bundle bundle = builder.algorithm(of).buildSelfSigned();
        Path certificate = Files.writeString(folder.resolve("c.pem"), bundle.getCertificatePathPEM());
        Path key = Files.writeString(
                folder.resolve("k.pem"),
                builder.algorithm(other).buildSelfSigned().getPrivateKeyPEM());
        process = start("relay", "--port", "0", "--tls-cert", certificate.toString(), "--tls-key", key.toString());

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(2);
        assertThat(text(process.getInputStream())).isEmpty();
        assertThat(text(process.getErrorStream()).lines())
                .singleElement()
                .asString()
                .startsWith("sse-examples: --tls-cert: " + certificate + " with --tls-key " + key
                        + ": no handshake succeeds: ");
    }

    @Test
    void aRelayThatSignsItsOwnCertificateSpeaksHttp2() throws Exception {
        process = start("relay", "--port", "0", "--tls", "self-signed");

        assertServesHttp2(URI.create(ready("https://127.0.0.1:")));
    }

    @Test
    void aRelayWithACertificateFromFilesSpeaksHttp2(@TempDir Path folder) throws Exception {
        X509Bundle bundle = new CertificateBuilder()
                .subject("CN=localhost")
                .setIsCertificateAuthority(true)
                .addSanIpAddress("127.0.0.1")
                .buildSelfSigned();
        Path certificate = Files.writeString(folder.resolve("c.pem"), bundle.getCertificatePathPEM());
        Path key = Files.writeString(folder.resolve("k.pem"), bundle.getPrivateKeyPEM());
        process = start("relay", "--port", "0", "--tls-cert", certificate.toString(), "--tls-key", key.toString());

        assertServesHttp2(URI.create(ready("https://127.0.0.1:")));
    }

    private static void assertServesHttp2(URI ready) throws Exception {
        HttpResponse<String> answer = HttpClient.newBuilder()
                .sslContext(trustingAll())
                .build()
                .send(
                        HttpRequest.newBuilder(ready.resolve("/publish?topic=a"))
                                .POST(BodyPublishers.ofString("data"))
                                .build(),
                        BodyHandlers.ofString());

        assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(answer.body()).startsWith("{\"id\":\"");
    }

    private static SSLContext trustingAll() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        return context;
    }

    @Test
    void theTokenInTheEnvironmentIsNeededAndToldNowhere() throws Exception {
        process = start(Map.of("FRESHET_TOKEN", "s3cret"), "relay", "--port", "0");
        URI ready = URI.create(ready("http://127.0.0.1:"));
        for (String target : List.of("/stats", "/stats?token=s3cret", "/events?topic=&token=s3cret")) {
            try (RawSseClient client = RawSseClient.connect(ready.getHost(), ready.getPort())) {
                int status = target.equals("/stats") ? 401 : target.startsWith("/stats") ? 200 : 400;
                assertThat(client.get(target).status()).isEqualTo(status);
            }
        }
        assertThat(process.info().commandLine().orElse("")).doesNotContain("s3cret");

        process.toHandle().destroy();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(text(process.getInputStream()) + text(process.getErrorStream()))
                .doesNotContain("s3cret");
    }

    @Test
    void anEmptyTokenInTheEnvironmentEndsTheProcessWithOneLine() throws Exception {
        process = start(Map.of("FRESHET_TOKEN", ""), "relay", "--port", "0");
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(2);
        assertThat(text(process.getErrorStream()).lines())
                .containsExactly("sse-examples: FRESHET_TOKEN: empty (expected: a secret)");
    }

    @Test
    void theTokenInTheEnvironmentIsNotInTheHelp() throws Exception {
        process = start(Map.of("FRESHET_TOKEN", "s3cret"), "relay", "--help");
        assertThat(text(process.getInputStream()))
                .contains("--token-file", "FRESHET_TOKEN", "--hosts")
                .doesNotContain("s3cret");
    }

    static Process start(String... arguments) throws IOException {
        return start(Map.of(), arguments);
    }

    private static Process start(Map<String, String> environment, String... arguments) throws IOException {
        List<String> options = new ArrayList<>(ChildJvm.SHORT_LIVED);
        if (Runtime.version().feature()
                >= 22) { // as the manifest of the jar says, or the JVM warns on the error stream
            options.add("--enable-native-access=ALL-UNNAMED");
        }
        ProcessBuilder builder =
                ChildJvm.of(options, Main.class, arguments).redirectError(ProcessBuilder.Redirect.PIPE);
        builder.environment().putAll(environment);
        return builder.start();
    }

    private String ready(String url) throws IOException {
        return ready(process, url);
    }

    /** Where a program says that it is ready, which begins with the URL. */
    static String ready(Process process, String url) throws IOException {
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        String line = lines.readLine();
        assertThat(line).startsWith("ready " + url);
        return line.substring("ready ".length());
    }

    static String text(InputStream in) throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
}
