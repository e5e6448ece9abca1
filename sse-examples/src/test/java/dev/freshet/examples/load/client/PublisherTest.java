package dev.freshet.examples.load.client;

import static dev.freshet.harness.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.examples.load.report.Report;
import dev.freshet.harness.RestartPort;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseServer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PublisherTest {
    private static final Mark MARK = new Mark(1, Mark.LENGTH);

    private final Loops loops = new Loops();

    @AfterEach
    void close() {
        loops.close();
    }

    private static SseServer server(int port) {
        return SseServer.builder()
                .host("127.0.0.1")
                .port(port)
                .endpoint("POST", "/publish", request -> SseReply.answer(204))
                .start();
    }

    private Publishers publishers(int total, Duration patience, int... ports) {
        List<String> urls = Arrays.stream(ports)
                .mapToObj(port -> "http://127.0.0.1:" + port + "/publish")
                .toList();
        Publishers publishers = new Publishers(loops, Target.of(urls, urls, List.of(), 1), MARK, total, patience);
        publishers.open();
        return publishers;
    }

    @Test
    void whatIsDueWhileItsServerIsAwayIsPublishedOnceThatIsBack() throws Exception {
        int port = RestartPort.next();
        SseServer server = server(port);
        try (Publishers publishers = publishers(20, Duration.ofMinutes(1), port)) {
            publishers.burst(10);
            await("10 are answered", () -> publishers.isAnswered(10));
            server.close();
            publishers.burst(10);
            await("it connects again", () -> publishers.report().failedConnects() >= 3);
            server = server(port);
            await("20 are answered", () -> publishers.isAnswered(20));

            assertThat(publishers.report())
                    .returns(20, Report.Publish::sent)
                    .returns(0, Report.Publish::unanswered)
                    .returns(1, Report.Publish::reopened);
            assertThat(publishers.accepted().cardinality()).isEqualTo(20);
            assertThat(publishers.failure()).isNull();
        } finally {
            server.close();
        }
    }

    @Test
    void aPublisherWhoseServerIsGoneGoesToTheNext() {
        SseServer gone = server(0);
        try (SseServer other = server(0);
                Publishers publishers = publishers(
                        20,
                        Duration.ofMinutes(1),
                        gone.address().getPort(),
                        other.address().getPort())) {
            publishers.burst(10);
            await("10 are answered", () -> publishers.isAnswered(10));
            gone.close();
            publishers.burst(10);
            await("20 are answered", () -> publishers.isAnswered(20));

            assertThat(publishers.report())
                    .returns(0, Report.Publish::unanswered)
                    .returns(1, Report.Publish::reopened)
                    .returns(1, Report.Publish::failedConnects);
        } finally {
            gone.close();
        }
    }

    @Test
    void whatIsUnansweredWhenItGivesUpIsToldWithTheReason() {
        SseServer server = server(0);
        try (Publishers publishers =
                publishers(20, Duration.ofSeconds(1), server.address().getPort())) {
            publishers.burst(10);
            await("10 are answered", () -> publishers.isAnswered(10));
            server.close();
            publishers.burst(10);
            await("it gives up", publishers::isHopeless);
            Verdict verdict = new Verdict();
            verdict.judge(publishers, 20);

            assertThat(publishers.report().failedConnects()).isGreaterThan(1);
            assertThat(verdict.exitCode()).isEqualTo(Report.NOT_RUN);
            assertThat(verdict.problems())
                    .singleElement()
                    .asString()
                    .startsWith("10 of 20 events were not answered by the server: ")
                    .containsIgnoringCase("refused");
        } finally {
            server.close();
        }
    }
}
