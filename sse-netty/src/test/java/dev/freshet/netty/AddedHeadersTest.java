package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseSnapshot;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An endpoint adds headers to whatever it answers. */
class AddedHeadersTest extends ServerFixture {
    /** Each kind of reply. */
    enum Kind {
        SUBSCRIBE,
        STREAM,
        ANSWER,
        REFUSE,
        STOP,
        RETRY_LATER,
        WHEN
    }

    private SseReply reply(Kind kind) {
        return switch (kind) {
            case SUBSCRIBE -> SseReply.subscribe(hub, "t");
            case STREAM -> SseReply.stream(List.of(SseEvent.of("a")));
            case ANSWER -> SseReply.answer(200, "text/html", "<p>");
            case REFUSE -> SseReply.refuse(403, "no");
            case STOP -> SseReply.stop();
            case RETRY_LATER -> SseReply.retryLater(Duration.ofSeconds(3));
            case WHEN ->
                SseReply.when(CompletableFuture.completedFuture(
                        SseReply.subscribe(hub, "t").header("Set-Cookie", "a=1")));
        };
    }

    static Stream<Arguments> kindsAndWays() {
        return Stream.of(Kind.values())
                .flatMap(kind -> Stream.of(AskedThrough.values()).map(way -> Arguments.of(kind, way)));
    }

    @ParameterizedTest
    @MethodSource("kindsAndWays")
    void everyKindOfReplyCarriesThem(Kind kind, AskedThrough way) throws Exception {
        SseReply first = kind == Kind.WHEN ? reply(kind) : reply(kind).header("Set-Cookie", "a=1");
        SseReply reply = first.header("Set-Cookie", "b=2").header("X-Correlation", "grün");
        AskedThrough.Answer answer =
                way.ask(this, with -> with.endpoint("/events", request -> reply), "GET", "/events");
        assertThat(answer.header("set-cookie")).containsExactlyInAnyOrder("a=1", "b=2");
        assertThat(answer.header("x-correlation")).containsExactly("grün");
    }

    @ParameterizedTest
    @EnumSource(AskedThrough.class)
    void theHeadOfAStreamHasThemWithoutTheStream(AskedThrough way) throws Exception {
        AskedThrough.Answer answer = way.ask(
                this,
                with -> with.endpoint(
                        "/events", request -> SseReply.subscribe(hub, "t").header("X-Session", "1")),
                "HEAD",
                "/events");
        assertThat(answer.header("x-session")).containsExactly("1");
        assertThat(answer.body()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(AskedThrough.class)
    void whatIsAnsweredInThePlaceOfAReplyHasThemOnce(AskedThrough way) throws Exception {
        Executor threads = task -> new Thread(task).start();
        SseSnapshot shared = SseSnapshot.of(hub, List.of("t"), threads, () -> SseSnapshot.State.of(List.of()));
        if (way != AskedThrough.PIPELINE) { // where nobody runs the loop while it waits
            AskedThrough.Answer waited = way.ask(
                    this,
                    with -> with.endpoint("/events", request -> SseReply.subscribe(hub, "t")
                            .snapshot(shared)
                            .header("X-Session", "1")),
                    "GET",
                    "/events");
            assertThat(waited.status()).isEqualTo(200);
            assertThat(waited.header("x-session")).containsExactly("1");
        }

        hub.close();
        AskedThrough.Answer closed = way.ask(
                this,
                with -> with.endpoint(
                        "/events", request -> SseReply.subscribe(hub, "t").header("X-Session", "1")),
                "GET",
                "/events");
        assertThat(closed.status()).isEqualTo(503);
        assertThat(closed.header("x-session")).containsExactly("1");
    }

    @Test
    void thoseOfAnAnswerToTheHeadThatIsWaitedForAreKept() throws Exception {
        SseReply accepts =
                SseReply.when(CompletableFuture.completedFuture(null)).header("X-User", "ada");
        SseServer server = start(local().endpoint("POST", "/events", new SseEndpoint() {
            @Override
            public SseReply head(SseRequest request) {
                return accepts;
            }

            @Override
            public SseReply handle(SseRequest request) {
                return SseReply.answer(200, "text/plain", request.bodyText()).header("X-Body", "yes");
            }
        }));
        var client = client(server);
        client.send("POST /events HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi");
        assertThat(client.readHead().headers()).containsEntry("x-user", "ada").containsEntry("x-body", "yes");
    }

    @Test
    void whatIsToldOnceIsTheReplys() throws Exception {
        AskedThrough.Answer answer = AskedThrough.HTTP_1.ask(
                this,
                with -> with.endpoint("/events", request -> SseReply.retryLater(Duration.ofSeconds(3))
                        .header("Retry-After", "60")),
                "GET",
                "/events");
        assertThat(answer.header("retry-after")).containsExactly("60");
    }

    @Test
    void repliesAreImmutable() {
        SseReply.Subscribe reply = SseReply.subscribe(hub, "t");
        SseReply.Subscribe more = reply.header("X-A", "1");
        assertThat(reply.headers()).isEmpty();
        assertThat(more.headers()).containsExactly(Map.entry("X-A", "1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Type",
                "content-length",
                "Transfer-Encoding",
                "Connection",
                "SSE-Resume",
                "Access-Control-Allow-Origin",
                "Cache-Control",
                "X-Accel-Buffering",
                "Content-Encoding"
            })
    void whatTheLibraryTellsOfAStreamIsNotOverridden(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SseReply.subscribe(hub, "t").header(name, "x"))
                .withMessage("header.name: \"" + name + "\" (expected: one that the library does not set itself)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SseReply.stream(List.of()).header(name, "x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:", "ä", "a\r\nb"})
    void aNameIsAToken(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SseReply.stop().header(name, "x"))
                .withMessageEndingWith("(expected: a token of RFC 9110 5.6.2)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nSet-Cookie: b=1", "a\nb", "a\rb", "\0", "\u007f", "\u0141", " a", "a\t"})
    void aValueHasNoLineBreaksAndNoOtherBytes(String value) {
        for (Kind kind : Kind.values()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> reply(kind).header("X-A", value))
                    .withMessageStartingWith("header.value: of X-A, ");
        }
        assertThatIllegalArgumentException().isThrownBy(() -> SseReply.answer(200, value, ""));
    }

    @Test
    void aReplyThatIsMadeByHandIsCheckedToo() {
        List<Map.Entry<String, String>> headers = List.of(Map.entry("Content-Length", "0"));
        assertThatIllegalArgumentException().isThrownBy(() -> new SseReply.RetryLater(Duration.ZERO, "", headers));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SseReply.When(new CompletableFuture<SseReply>(), headers));
    }

    @Test
    void aRequestThatPassesHasNone() {
        assertThatIllegalStateException().isThrownBy(() -> SseReply.pass().header("X-A", "1"));
    }
}
