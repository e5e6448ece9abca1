package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.examples.conformance.Fault;
import dev.freshet.examples.conformance.PlainServer;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import picocli.CommandLine;

/** The conformance kit against the relay, and against a server of which each fault is known. */
class ConformanceTest {

    private final ConformanceTool tool = new ConformanceTool();

    @Test
    void theRelayPassesAll() {
        Guard guard = CommandLine.populateCommand(new Guard(), "--cors", "*");
        SseServer.Builder builder =
                SseServer.builder().host("127.0.0.1").port(0).heartbeat(Duration.ofMillis(200));
        try (Relay relay = Relay.start(SseHub.builder(), builder, guard);
                SseServer gone = SseServer.builder()
                        .host("127.0.0.1")
                        .port(0)
                        .endpoint("/gone", request -> SseReply.stop())
                        .start()) {
            String url = LoadTool.url(relay);
            tool.judge(
                    "--url",
                    url + "/events?topic=c",
                    "--publish",
                    url + "/publish?topic=c",
                    "--count",
                    url + "/stats",
                    "--count-pattern",
                    "\"connections\" *: *(\\d+)",
                    "--gone",
                    "http://127.0.0.1:" + gone.address().getPort() + "/gone");
        }
        assertThat(tool.with("FAILED", "ADVICE", "NOT_RUN")).as(tool.text()).isEmpty();
        assertThat(tool.exitCode()).isZero();
    }

    @Test
    void aPlainServerWithoutAFaultPassesAll() throws Exception {
        judge(Fault.NONE);
        assertThat(tool.with("FAILED", "ADVICE", "NOT_RUN")).as(tool.text()).isEmpty();
        assertThat(tool.exitCode()).isZero();
    }

    @Tag("recipes") // takes minutes: what a server does not send is waited for
    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
    void aFaultIsFoundByWhatIsForItAndByNoOther(Fault fault) throws Exception {
        judge(fault, fault == Fault.WAITS_FOR_ALL ? List.of() : List.of("--skip", "stalled-reader"));
        assertThat(tool.with("FAILED", "ADVICE")).as(tool.text()).containsExactlyElementsOf(fault.checks());
        assertThat(tool.exitCode()).isEqualTo(tool.with("FAILED").isEmpty() ? 0 : 1);
    }

    private void judge(Fault fault) throws Exception {
        judge(fault, List.of());
    }

    private void judge(Fault fault, List<String> more) throws Exception {
        try (PlainServer server = new PlainServer(fault)) {
            List<String> arguments = new ArrayList<>(List.of("--url", server.url("/events")));
            arguments.addAll(List.of("--publish", server.url("/publish"), "--heartbeat", "10s"));
            arguments.addAll(List.of("--count", server.url("/count"), "--gone", server.url("/gone")));
            arguments.addAll(more);
            tool.judge(arguments.toArray(String[]::new));
        }
    }
}
