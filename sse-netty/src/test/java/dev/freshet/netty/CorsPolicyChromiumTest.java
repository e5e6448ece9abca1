package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pages that ask the server of another origin: one that the server's policy names, and one that it does not. */
@Tag("browser")
class CorsPolicyChromiumTest extends BrowserFixture {
    private static final UnaryOperator<CorsPolicy.Builder> AS_IT_IS = policy -> policy;
    private static final String PREFLIGHTED =
            "{method: 'POST', headers: {Authorization: 'Bearer b', 'Content-Type': 'text/x-prompt'}, body: 'where?'}";

    private final HandPublisher answer = new HandPublisher();
    private final BlockingQueue<SseRequest> asked = new LinkedBlockingQueue<>();
    private final Recorder recorder = new Recorder();

    @SuppressWarnings("NullAway.Init")
    private SseServer pages;

    @SuppressWarnings("NullAway.Init")
    private SseServer events;

    private enum Over {
        HTTP_1("http"),
        HTTP_2("https");

        final String scheme;

        Over(String scheme) {
            this.scheme = scheme;
        }

        SseServer.Builder local() throws Exception {
            SseServer.Builder builder = ServerFixture.local();
            return this == HTTP_2 ? builder.tls(Tls.server()) : builder;
        }

        String origin(String host, SseServer server) {
            return scheme + "://" + host + ":" + server.address().getPort();
        }
    }

    private void startServers(Over over, UnaryOperator<CorsPolicy.Builder> more) throws Exception {
        pages = start(over.local().requests(pipeline -> pipeline.addLast(new EventSourcePage())));
        CorsPolicy.Builder policy = CorsPolicy.builder().origins(over.origin("127.0.0.1", pages));
        events = start(over.local()
                .cors(more.apply(policy).build())
                .listener(recorder)
                .endpoint("/events", request -> {
                    asked.add(request);
                    return SseReply.subscribe(hub, "t").snapshot(() -> List.of(SseEvent.of("secret")));
                })
                .endpoint("POST", "/answers", request -> {
                    asked.add(request);
                    return SseReply.stream(answer);
                })
                .endpoint("/later", request -> SseReply.retryLater(Duration.ofSeconds(7)))
                .endpoint(
                        "/refused/{status}",
                        request -> SseReply.refuse(Integer.parseInt(request.pathParameter("status")), "as told")));
    }

    private void openAllowedPage(Over over, UnaryOperator<CorsPolicy.Builder> more) throws Exception {
        startServers(over, more);
        chromium().open(over.origin("127.0.0.1", pages) + EventSourcePage.PATH);
    }

    private void openOtherPage(Over over) throws Exception {
        startServers(over, CorsPolicy.Builder::credentials);
        chromium().open(over.origin("localhost", pages) + EventSourcePage.PATH);
    }

    private String url(Over over, String path) {
        return over.origin("127.0.0.1", events) + path;
    }

    private void ask(Over over, String path, String options) {
        chromium().run("ask(arguments[0], " + options + "); return true", url(over, path));
    }

    private SseRequest nextAsked() throws InterruptedException {
        SseRequest request = asked.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(request).as("a request").isNotNull();
        return Objects.requireNonNull(request);
    }

    private void assertReceivesAfterTheSnapshot() throws Exception {
        recorder.nextOpened();
        publish("live");
        chromium().await("return events.length === 2");
        assertThat(chromium().run("return events.map(e => e.data)")).isEqualTo(List.of("secret", "live"));
    }

    private static void assertNothingReceivedForGood() {
        chromium().await("return errors.length > 0");
        assertThat(chromium().run("return [source.readyState, opens, events.length, ...errors]"))
                .isEqualTo(List.of(2L, 0L, 0L, 2L)); // closed
    }

    private static void assertNoAnswer() {
        chromium().await("return answer.ended");
        assertThat(chromium().run("return answer"))
                .isEqualTo(Map.of("headers", Map.of(), "text", "", "ended", true, "failure", "TypeError"));
    }

    @ParameterizedTest
    @EnumSource
    void anAllowedPageFollowsWithoutItsCookies(Over over) throws Exception {
        openAllowedPage(over, AS_IT_IS);
        chromium().run("document.cookie = 'user=ann'; follow(arguments[0]); return true", url(over, "/events"));
        SseRequest request = nextAsked();
        assertThat(request.header("Origin")).isEqualTo(over.origin("127.0.0.1", pages));
        assertThat(request.header("Cookie")).isNull();
        assertReceivesAfterTheSnapshot();
    }

    @ParameterizedTest
    @EnumSource
    void anAllowedPageFollowsWithItsCookiesWhereThePolicyHasCredentials(Over over) throws Exception {
        openAllowedPage(over, CorsPolicy.Builder::credentials);
        chromium()
                .run(
                        "document.cookie = 'user=ann';"
                                + "followAs({withCredentials: true}, arguments[0]); return true",
                        url(over, "/events"));
        assertThat(nextAsked().header("Cookie")).isEqualTo("user=ann");
        assertReceivesAfterTheSnapshot();
    }

    @ParameterizedTest
    @EnumSource
    void credentialsThatThePolicyDoesNotHaveGetNothing(Over over) throws Exception {
        openAllowedPage(over, AS_IT_IS);
        chromium().run("followAs({withCredentials: true}, arguments[0]); return true", url(over, "/events"));
        assertNothingReceivedForGood();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.PEER);
    }

    @ParameterizedTest
    @EnumSource
    void anotherPagesEventSourceGetsNothing(Over over) throws Exception {
        openOtherPage(over);
        chromium().run("follow(arguments[0]); return true", url(over, "/events"));
        assertNothingReceivedForGood();
        assertThat(recorder.nextClosed()).isEqualTo(CloseReason.PEER);
    }

    @ParameterizedTest
    @EnumSource
    void anAllowedPageThatIsCutResumes(Over over) throws Exception {
        openAllowedPage(over, AS_IT_IS);
        chromium().run("follow(arguments[0]); return true", url(over, "/events"));
        assertReceivesAfterTheSnapshot();
        events.connections().close(connection -> true);
        recorder.nextClosed();
        publish("missed");
        chromium().await("return events.length === 3");
        assertThat(chromium().run("return events[2].data")).isEqualTo("missed");
    }

    @ParameterizedTest
    @EnumSource
    void anAllowedPagesFetchReadsTheEventsAndTheOutcomeAndNoOtherHeader(Over over) throws Exception {
        openAllowedPage(over, AS_IT_IS);
        ask(over, "/events", "{headers: {'Last-Event-ID': '1-1'}}");
        recorder.nextOpened();
        publish("live");
        chromium().await("return answer.text.includes('data: live\\n')");
        assertThat(chromium().run("return answer.headers"))
                .isEqualTo(Map.of(
                        "sse-resume", "reset",
                        "content-type", "text/event-stream",
                        "cache-control", "no-store, no-transform"));
    }

    @ParameterizedTest
    @EnumSource
    void anAllowedPagesPostIsPreflightedAndItsAnswerReadAsItComes(Over over) throws Exception {
        openAllowedPage(over, AS_IT_IS);
        ask(over, "/answers", PREFLIGHTED);
        SseRequest request = nextAsked();
        assertThat(request.bodyText()).isEqualTo("where?");
        assertThat(request.header("Authorization")).isEqualTo("Bearer b");
        for (String token : List.of("downhill", "seaward")) { // each only when the one before has arrived
            answer.next(token);
            chromium().await("return answer.text.endsWith('data: ' + arguments[0] + '\\n\\n')", token);
        }
        answer.subscriber().onComplete();
        chromium().await("return answer.ended");
        assertThat(chromium().run("return [answer.status, answer.failure ?? 'whole']"))
                .isEqualTo(List.of(200L, "whole"));
    }

    @ParameterizedTest
    @EnumSource
    void anotherPagesPostIsNeverSent(Over over) throws Exception {
        openOtherPage(over);
        ask(over, "/answers", PREFLIGHTED);
        assertNoAnswer();
        assertThat(asked).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aHeaderThatThePolicyDoesNotNameIsNeverSent(Over over) throws Exception {
        openAllowedPage(over, policy -> policy.requestHeaders("X-Tenant"));
        ask(over, "/answers", "{method: 'POST', headers: {'X-Other': 'b'}}");
        assertNoAnswer();
        assertThat(asked).isEmpty();
        ask(over, "/answers", "{method: 'POST', headers: {'X-Tenant': 'b'}}");
        assertThat(nextAsked().header("X-Tenant")).isEqualTo("b");
    }

    @ParameterizedTest
    @EnumSource
    void anotherPagesFetchReadsNothing(Over over) throws Exception {
        openOtherPage(over);
        ask(over, "/events", "{}");
        assertNoAnswer();
    }

    @ParameterizedTest
    @EnumSource
    void anAllowedPageReadsARefusal(Over over) throws Exception {
        openAllowedPage(over, AS_IT_IS);
        for (long status : new long[] {401, 404, 429, 500}) {
            ask(over, "/refused/" + status, "{}");
            chromium().await("return answer.ended");
            assertThat(chromium().run("return [answer.status, answer.text]")).isEqualTo(List.of(status, "as told\n"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAllowedPageReadsTheHeadersThatThePolicyExposes(Over over) throws Exception {
        openAllowedPage(over, policy -> policy.exposedHeaders("Retry-After"));
        ask(over, "/later", "{}");
        chromium().await("return answer.ended");
        assertThat(chromium().run("return [answer.status, answer.headers['retry-after']]"))
                .isEqualTo(List.of(503L, "7"));
    }

    @ParameterizedTest
    @EnumSource
    void anotherPageReadsNoRefusal(Over over) throws Exception {
        openOtherPage(over);
        ask(over, "/refused/404", "{}");
        assertNoAnswer();
    }
}
