package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.harness.ChildJvm;
import io.netty.util.internal.PlatformDependent;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A transport whose jars are not there. */
@EnabledOnOs(OS.LINUX)
class TransportTest {
    /** Starts a server, and says with which transport, or why not. */
    static final class Main {
        private Main() {}

        public static void main(String[] args) {
            try (SseServer server =
                    ServerFixture.local().transport(Transport.valueOf(args[0])).start()) {
                System.out.print(server.transport());
            } catch (IllegalStateException e) {
                System.out.print(e.getMessage());
            }
        }
    }

    private static String startedWithout(String jars, Transport transport) throws Exception {
        String path = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> !entry.matches(".*(" + jars + ").*"))
                .collect(Collectors.joining(File.pathSeparator));
        List<String> command = new ArrayList<>(
                ChildJvm.of(ChildJvm.SHORT_LIVED, Main.class, transport.name()).command());
        command.set(command.indexOf("-cp") + 1, path);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return said;
    }

    private static String needs(Transport transport) {
        return "transport: " + transport + " is not available here: it needs io.netty:netty-transport-native-"
                + transport + ", classifier linux-" + PlatformDependent.normalizedArch();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"native-epoll", "native-epoll|classes-epoll", "native-epoll|classes-epoll|native-unix-common"})
    void epollSaysWhichArtifactToAdd(String missing) throws Exception {
        assertThat(startedWithout(missing, Transport.EPOLL)).isEqualTo(needs(Transport.EPOLL));
        assertThat(startedWithout(missing, Transport.AUTO)).isEqualTo("nio");
    }

    @ParameterizedTest
    @ValueSource(strings = {"native-io_uring", "native-io_uring|classes-io_uring"})
    @Tag("netty-4.2")
    void ioUringSaysWhichArtifactToAdd(String missing) throws Exception {
        assertThat(startedWithout(missing, Transport.IO_URING)).isEqualTo(needs(Transport.IO_URING));
    }
}
