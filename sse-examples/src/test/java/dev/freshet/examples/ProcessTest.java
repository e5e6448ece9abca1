package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
        URI ready = URI.create(ready());
        String path = command.equals("relay") ? "/events" : "/api/notifications";
        try (RawSseClient client = RawSseClient.connect(ready.getHost(), ready.getPort())) {
            client.get(path);

            process.toHandle().destroy(); // by its handle, which leaves what it wrote to be read

            assertThat(client.tryReadEvent()).isNull();
            assertThat(client.retries())
                    .as("a farewell that says when to come back")
                    .isNotEmpty();
        }
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(text(process.getErrorStream())).isEmpty();
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

    private static Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (Runtime.version().feature()
                >= 22) { // as the manifest of the jar says, or the JVM warns on the error stream
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.freshet.examples.Main"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).start();
    }

    private String ready() throws IOException {
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        String line = lines.readLine();
        assertThat(line).startsWith("ready http://127.0.0.1:");
        return line.substring("ready ".length());
    }

    private static String text(InputStream in) throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
}
