package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.store.FileEventStore;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The commands that have a store. */
class StoreOptionsTest {
    private final StringWriter err = new StringWriter();

    private int run(String command) {
        CommandLine commandLine = Main.commandLine().setErr(new PrintWriter(err));
        return commandLine.execute(command.split(" ", -1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"relay", "chat"})
    void aPortThatIsTakenLeavesTheFolderToOthers(String command, @TempDir Path folder) throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(run(command + " --port " + taken.getLocalPort() + " --store " + folder))
                    .isEqualTo(2);
        }

        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .startsWith("sse-examples: cannot listen at 127.0.0.1:");
        FileEventStore.open(folder).close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"relay", "chat"})
    void aFolderIsRefusedBesideARedis(String command, @TempDir Path folder) {
        assertThat(run(command + " --port 0 --redis redis://127.0.0.1:1 --store " + folder))
                .isEqualTo(2);

        assertThat(err.toString())
                .isEqualToNormalizingNewlines("sse-examples: --store: " + folder + " (expected: not with --redis)\n");
    }
}
