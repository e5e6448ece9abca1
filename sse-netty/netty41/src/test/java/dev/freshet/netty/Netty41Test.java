package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.util.Version;
import java.io.File;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is so on older Nettys alone. */
class Netty41Test {
    @Test
    void theTestsRunOnNetty41() {
        assertThat(NettyVersion.IS_42).isFalse();
        assertThat(Version.identify().get("netty-transport").artifactVersion()).startsWith("4.1.");
    }

    @Test
    void ioUringSaysThatItNeedsNetty42() {
        SseServer.Builder builder = ServerFixture.local().transport(Transport.IO_URING);
        assertThatThrownBy(builder::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("transport: io_uring is not available here: it needs Netty 4.2");
    }

    /** Builds a server or a handler, and says what came of it. */
    static final class Main {
        private Main() {}

        public static void main(String[] args) {
            try {
                System.out.print(
                        args[0].equals("server")
                                ? SseServer.builder().start()
                                : SseHandler.builder().build());
            } catch (IllegalStateException e) {
                System.out.print(e.getMessage());
            }
        }
    }

    private static String classPathWithNetty40() throws Exception {
        try (Stream<Path> old = Files.list(Path.of(System.getProperty("freshet.netty40")))) {
            Stream<String> others = Arrays.stream(
                            System.getProperty("java.class.path").split(File.pathSeparator, -1))
                    .filter(entry -> !new File(entry).getName().startsWith("netty-"));
            return Stream.concat(old.map(Path::toString), others).collect(Collectors.joining(File.pathSeparator));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"server", "handler"})
    void anOlderNettyIsNamed(String built) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", classPathWithNetty40(), Main.class.getName(), built));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (InputStream said = process.getInputStream()) {
            assertThat(new String(said.readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("Netty 4.0.56 found (expected: 4.1.124 or later)");
        }
    }
}
