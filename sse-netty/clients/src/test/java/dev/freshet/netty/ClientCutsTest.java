package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.harness.CutPlace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each client over each transport, on many streams at once that are cut in all places. */
class ClientCutsTest {
    /** More than the bytes of an event with what frames it. */
    private static final int STREAMS = 96;

    static Stream<Arguments> clientsAndWires() {
        return Arrays.stream(Wire.values()).flatMap(wire -> Arrays.stream(ClientKind.values())
                .filter(client -> client.speaks(wire))
                .map(client -> Arguments.of(client, wire)));
    }

    @ParameterizedTest
    @MethodSource("clientsAndWires")
    void eachEventArrivesOnceAndInOrderHoweverItsStreamIsCut(ClientKind kind, Wire wire) throws Exception {
        ClientRun run = new ClientRun();
        ClientReport report = new ClientReport("cuts", kind.name(), wire);
        try (StreamServer server = StreamServer.start(wire);
                RealClient client = kind.start(wire, server.port(), run::told)) {
            List<CutScript> scripts = new ArrayList<>();
            for (int i = 1; i <= STREAMS; i++) {
                Told told = run.told(CutScript.nameOf(i));
                scripts.add(new CutScript(server, kind, wire, client, told, i, i * headAndOpening(wire) / STREAMS));
            }
            ClientRun.all(scripts).forEach(report::add);
            report.tell();
        }
        assertThat(report.faults()).isEmpty();
        assertThat(report.resets()).as("resets").isZero();
        if (wire == Wire.HTTP_1_1) {
            assertThat(report.places()).as("where it was cut").containsOnlyKeys(CutPlace.values());
        }
    }

    /** More than their bytes, with the handshake. */
    private static int headAndOpening(Wire wire) {
        return wire.tls() ? 2400 : 520;
    }
}
