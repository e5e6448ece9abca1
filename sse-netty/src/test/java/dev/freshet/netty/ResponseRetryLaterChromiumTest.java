package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.harness.RestartPort;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a browser's EventSource does when it is told to come later, or never. */
@Tag("browser")
class ResponseRetryLaterChromiumTest extends BrowserFixture {
    private static final long CONNECTING = 0;
    private static final long CLOSED = 2;

    private final AtomicInteger asked = new AtomicInteger();
    private final Recorder recorder = new Recorder();

    private SseServer.Builder server(boolean tls) throws Exception {
        SseServer.Builder builder = local().retry(Duration.ofMillis(50), Duration.ofMillis(50))
                .listener(recorder)
                .endpoint("/other", request -> SseReply.subscribe(hub, "t"))
                .requests(pipeline -> pipeline.addLast(new EventSourcePage()));
        return tls ? builder.tls(Tls.server()) : builder;
    }

    private static void open(boolean tls, SseServer server) {
        String scheme = tls ? "https" : "http";
        chromium().open(scheme + "://127.0.0.1:" + server.address().getPort() + EventSourcePage.PATH);
    }

    private void follow(boolean tls, SseEndpoint endpoint) throws Exception {
        SseServer server = start(server(tls).endpoint("/events", request -> {
            asked.incrementAndGet();
            return endpoint.handle(request);
        }));
        open(tls, server);
        chromium().run("follow('/events'); return true");
    }

    /** Another one of the page comes back four times, each after 50 ms. */
    private void letAnotherOneComeBack() throws Exception {
        chromium().run("window.first = source; follow('/other'); return true");
        for (int returns = 0; returns < 4; returns++) {
            recorder.nextOpened().close();
        }
        recorder.nextOpened();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void toldToComeLaterItComesAndReceives(boolean tls) throws Exception {
        follow(tls, request -> asked.get() <= 2 ? SseReply.retryLater(Duration.ZERO) : SseReply.subscribe(hub, "t"));
        recorder.nextOpened();
        publish("at last");
        chromium().await("return events.length === 1");
        assertThat(chromium().run("return [events[0].data, opens, ...errors]"))
                .isEqualTo(List.of("at last", 3L, CONNECTING, CONNECTING));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void itStaysAwayForAsLongAsItIsTold(boolean tls) throws Exception {
        follow(tls, request -> SseReply.retryLater(Duration.ofHours(1)));
        chromium().await("return errors.length === 1");
        letAnotherOneComeBack();
        assertThat(asked).hasValue(1);
        assertThat(chromium().run("return first.readyState")).isEqualTo(CONNECTING);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void stoppedAfterThatItStaysAwayForGood(boolean tls) throws Exception {
        follow(tls, request -> asked.get() == 1 ? SseReply.retryLater(Duration.ZERO) : SseReply.stop());
        chromium().await("return source.readyState === arguments[0]", CLOSED);
        assertThat(chromium().run("return errors")).isEqualTo(List.of(CONNECTING, CLOSED));
        letAnotherOneComeBack();
        assertThat(asked).hasValue(2);
        assertThat(chromium().run("return first.readyState")).isEqualTo(CLOSED);
    }

    @Test
    void oneTooManyReceivesOnceAPlaceIsFree() throws Exception {
        SseServer server = start(server(false)
                .limits(Limits.builder().connections(1).build())
                .endpoint("/events", request -> SseReply.subscribe(hub, "t")));
        RawSseClient first = follower(server);
        recorder.nextOpened();
        open(false, server);
        chromium().run("follow('/events'); return true");
        chromium().await("return errors.length > 0"); // and one more where it comes again before the place is free
        first.close();
        recorder.nextClosed();
        recorder.nextOpened();
        publish("at last");
        chromium().await("return events.length === 1");
        assertThat(chromium().run("return [events[0].data, ...new Set(errors)]"))
                .isEqualTo(List.of("at last", CONNECTING));
    }

    /** While an answer is under way the connection stays, and what is asked over it comes to a server that drains. */
    @Test
    void whoComesWhileTheServerDrainsReceivesFromTheOneAfterIt() throws Exception {
        HandPublisher answer = new HandPublisher();
        int port = RestartPort.next();
        SseServer draining = start(server(true)
                .port(port)
                .endpoint("POST", "/answer", request -> SseReply.stream(answer))
                .endpoint("/events", request -> SseReply.subscribe(hub, "t")));
        open(true, draining);
        chromium().run("ask('/answer', {method: 'POST'}); follow('/events'); return true");
        recorder.nextOpened();
        recorder.nextOpened();
        publish("before");
        chromium().await("return events.length === 1");
        CompletableFuture<Void> drained = draining.shutdown(Duration.ofDays(1)).toCompletableFuture();
        chromium().await("return errors.length >= 1");
        publish("meanwhile");
        chromium().await("return errors.length >= 2"); // it came back, and was told to come later
        answer.next("whole");
        answer.subscriber().onComplete();
        drained.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        chromium().await("return answer.ended");
        assertThat(chromium().run("return [answer.text, answer.failure ?? 'whole']"))
                .isEqualTo(List.of("data: whole\n\n", "whole"));

        start(server(true).port(port).endpoint("/events", request -> SseReply.subscribe(hub, "t")));
        chromium().await("return events.length === 2");
        publish("after");
        chromium().await("return events.length === 3");
        assertThat(chromium().run("return events.map(e => e.data).join()")).isEqualTo("before,meanwhile,after");
    }
}
