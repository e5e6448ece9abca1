package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.harness.SabotagingProxy;
import dev.freshet.harness.SabotagingProxy.Sabotage;
import dev.freshet.netty.Tally.Published;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a proxy leaves out of a stream shows in the report: its checks see. */
class SabotageTest {
    private static final int EVERY = 10_000;
    private static final int EVENTS = 55_000;
    private static final int LEFT_OUT = EVENTS / EVERY;
    private static final Wire WIRE = Wire.HTTP_1_1;
    private static final String STREAM = "s";

    private final ClientRun run = new ClientRun();
    private final Told told = run.told(STREAM);

    @ParameterizedTest
    @EnumSource
    void eventsThatAProxyLeavesOutShow(ClientKind kind) throws Exception {
        try (StreamServer server = StreamServer.start(WIRE);
                SabotagingProxy proxy = new SabotagingProxy(server.port(), Sabotage.DROP, EVERY);
                RealClient client = kind.start(WIRE, server.port(), run::told)) {
            client.follow(STREAM, WIRE.uri(proxy.port(), StreamServer.pathOf(STREAM)));
            told.awaitOpening();
            List<Published> published = new ArrayList<>();
            for (int i = 0; i < EVENTS; i++) {
                published.add(server.publish(STREAM, String.valueOf(i)));
            }
            told.awaitTick(String.valueOf(EVENTS - 1));
            client.leave(STREAM);
            assertShows(kind.name(), published, proxy);
        }
    }

    @Test
    void tokensThatAProxyLeavesOutOfAnAnswerShow() throws Exception {
        try (StreamServer server = StreamServer.start(WIRE);
                SabotagingProxy proxy = new SabotagingProxy(server.port(), Sabotage.DROP, EVERY);
                RealClient client = DriverProcess.node("openai", WIRE, run::told)) {
            client.follow(STREAM, WIRE.uri(proxy.port(), StreamServer.answerOf(EVENTS)));
            told.awaitEnd();
            assertShows("OPENAI", StreamServer.tokens(EVENTS), proxy);
        }
    }

    private void assertShows(String client, List<Published> published, SabotagingProxy proxy) throws Exception {
        ClientReport report = new ClientReport("sabotage", client, WIRE);
        Tally tally = Tally.of(published, told.events());
        report.add(new ClientReport.Part(tally, tally.lost().size(), 0, List.of(), 0, null));
        report.tell();
        assertThat(proxy.sabotaged()).isEqualTo(LEFT_OUT);
        assertThat(report.faults()).containsExactly("lost: " + LEFT_OUT);
        assertThat(tally.lost()).containsExactly(9_999, 19_999, 29_999, 39_999, 49_999);
    }
}
