package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each client, whose stream begins on one hub and goes on at another: none misses an event and is not told. */
class ClientMovesTest {
    private static final int STREAMS = 12;

    private final ClientRun run = new ClientRun();

    @ParameterizedTest
    @MethodSource("dev.freshet.netty.ClientCutsTest#clientsAndWires")
    void aClientOfAServerThatWasReplacedIsWholeOrToldReset(ClientKind kind, Wire wire) throws Exception {
        StreamServer first = StreamServer.start(wire);
        int port = first.port();
        try (RealClient client = kind.start(wire, first.port(), run::told)) {
            List<MoveScript> scripts = begin(first, wire, client);
            first.close();
            try (StreamServer second = StreamServer.startAgain(wire, port)) {
                assertWhole(end(scripts, second, new ClientReport("replaced", kind.name(), wire)));
            }
        } finally {
            first.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClientThatComesToAnotherProcessIsWholeOrToldReset(ClientKind kind) throws Exception {
        Wire wire = Wire.HTTP_1_1;
        try (StreamServerProcess first = StreamServerProcess.start(wire);
                StreamServerProcess second = StreamServerProcess.start(wire);
                RealClient client = kind.start(wire, first.port(), run::told)) {
            List<MoveScript> scripts = begin(first, wire, client);
            assertWhole(end(scripts, second, new ClientReport("processes", kind.name(), wire)));
        }
    }

    private List<MoveScript> begin(Origin first, Wire wire, RealClient client) throws Exception {
        List<MoveScript> scripts = new ArrayList<>();
        List<Callable<Void>> beginnings = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            MoveScript script = new MoveScript(first, wire, client, run.told("s" + i), "s" + i, i);
            scripts.add(script);
            beginnings.add(() -> script.begin(first));
        }
        ClientRun.all(beginnings);
        return scripts;
    }

    private static ClientReport end(List<MoveScript> scripts, Origin second, ClientReport report) throws Exception {
        List<Callable<ClientReport.Part>> ends = new ArrayList<>();
        scripts.forEach(script -> ends.add(() -> script.end(second)));
        ClientRun.all(ends).forEach(report::add);
        return report.tell();
    }

    private static void assertWhole(ClientReport report) {
        assertThat(report.faults()).isEmpty();
    }
}
