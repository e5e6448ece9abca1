package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.CuttingProxy;
import dev.freshet.fixtures.CuttingProxy.Cut;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** OpenAI's client for node, which takes one finite answer and does not come back. */
class OpenAiTest {
    private static final int STREAMS = 96;
    private static final int TOKENS = 20;

    /** About the bytes of an answer with its head and, over TLS, the handshake. */
    private static int answer(Wire wire) {
        return wire.tls() ? 5500 : 3500;
    }

    /** A client's answer that is cut after so many bytes. */
    private record Script(StreamServer server, Wire wire, RealClient client, Told told, String name, int bytes, Cut how)
            implements Callable<ClientReport.Part> {
        @Override
        public ClientReport.Part call() throws Exception {
            String problem = null;
            try (CuttingProxy proxy = CuttingProxy.before(server.port())) {
                proxy.cutAfter(bytes, how);
                client.follow(name, wire.uri(proxy.port(), StreamServer.answerOf(TOKENS)));
                try {
                    told.awaitEnd();
                } catch (TimeoutException e) {
                    problem = "answer " + name + ": " + e.getMessage();
                }
                client.leave(name);
                Tally tally = Tally.of(StreamServer.tokens(TOKENS), told.events());
                if (proxy.cutStreams().isEmpty() && !told.errors().isEmpty()) {
                    problem = "answer " + name + ": not cut, but " + told.errors();
                } else if (told.hasEnded() && wire == Wire.HTTP_1_1 && isCutBeforeEnd(proxy)) {
                    problem = "answer " + name + ": cut, and taken for the whole";
                }
                int lost = told.hasEnded() ? tally.lost().size() : 0; // what it took for the whole
                return new ClientReport.Part(tally, lost, 0, proxy.cutStreams(), proxy.accepted() - 1, problem);
            }
        }

        /** What says so to this client is an event of its own. */
        private static boolean isCutBeforeEnd(CuttingProxy proxy) {
            return proxy.cutStreams().stream()
                    .anyMatch(cut -> !new String(cut, StandardCharsets.ISO_8859_1).contains("[DONE]"));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "TLS_HTTP_1_1", "TLS_HTTP_2"})
    void anAnswerThatIsCutIsAnErrorAndNotTheWhole(Wire wire) throws Exception {
        ClientRun run = new ClientRun();
        ClientReport report = new ClientReport("answers", "OPENAI", wire);
        try (StreamServer server = StreamServer.start(wire);
                RealClient client = DriverProcess.node("openai", wire, run::told)) {
            List<Script> scripts = new ArrayList<>();
            for (int i = 0; i < STREAMS; i++) {
                String name = "s" + i;
                scripts.add(new Script(
                        server, wire, client, run.told(name), name, 1 + i * answer(wire) / STREAMS, ClientRun.cut(i)));
            }
            ClientRun.all(scripts).forEach(report::add);
            report.tell();
        }
        assertThat(report.faults()).isEmpty();
        assertThat(report.cuts()).as("cuts").isGreaterThan(STREAMS / 2);
    }
}
