package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.fixtures.RawSseClient;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole answers in the place of a stream. */
class HttpAnswerTest extends ServerFixture {
    private AskedThrough.Answer answer(AskedThrough way, SseReply reply) throws Exception {
        return way.ask(this, with -> with.endpoint("/v1", request -> reply), "GET", "/v1");
    }

    @ParameterizedTest
    @EnumSource
    void aValueIsAnsweredAsJson(AskedThrough way) throws Exception {
        AskedThrough.Answer answer = answer(way, SseReply.json(200, Map.of("text", "grün")));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("content-type")).containsExactly("application/json");
        assertThat(answer.header("cache-control")).containsExactly("no-store");
        assertThat(answer.header("content-length")).containsExactly("16");
        assertThat(answer.body()).isEqualTo("{\"text\":\"grün\"}");
    }

    @ParameterizedTest
    @EnumSource
    void aRedirectTellsWhere(AskedThrough way) throws Exception {
        AskedThrough.Answer answer = answer(way, SseReply.answer(303).header("Location", "/elsewhere"));
        assertThat(answer.status()).isEqualTo(303);
        assertThat(answer.header("location")).containsExactly("/elsewhere");
        assertThat(answer.header("content-length")).containsExactly("0");
        assertThat(answer.header("content-type")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void whatCannotHaveABodyTellsNoLength(AskedThrough way) throws Exception {
        for (int status : new int[] {204, 304}) {
            AskedThrough.Answer answer = answer(way, SseReply.answer(status));
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.header("content-length")).isEmpty();
            assertThat(answer.body()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void theHeadOfAnAnswerTellsItsLength(AskedThrough way) throws Exception {
        AskedThrough.Answer answer = way.ask(
                this,
                with -> with.endpoint("/v1", request -> SseReply.answer(200, "text/plain", "hello")),
                "HEAD",
                "/v1");
        assertThat(answer.header("content-length")).containsExactly("5");
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void whatTheEndpointTellsGoesBeforeTheDefaults() throws Exception {
        AskedThrough.Answer answer = answer(
                AskedThrough.HTTP_1,
                SseReply.refuse(401)
                        .header("WWW-Authenticate", "Basic realm=\"x\"")
                        .header("Cache-Control", "private"));
        assertThat(answer.header("www-authenticate")).containsExactly("Basic realm=\"x\"");
        assertThat(answer.header("cache-control")).containsExactly("private");
        AskedThrough.Answer busy =
                answer(AskedThrough.HTTP_1, SseReply.json(503, Map.of()).header("Retry-After", "60"));
        assertThat(busy.header("retry-after")).containsExactly("60");
        AskedThrough.Answer usual = answer(AskedThrough.HTTP_1, SseReply.refuse(401));
        assertThat(usual.header("www-authenticate")).containsExactly("Bearer realm=\"events\"");
    }

    @Test
    void theConnectionGoesOnBehindOne() throws Exception {
        SseServer server =
                start(local().endpoint("POST", "/v1", request -> SseReply.answer(200, "text/plain", request.body())));
        RawSseClient client = client(server);
        for (String body : new String[] {"one", "three"}) {
            client.send("POST /v1 HTTP/1.1\r\nHost: h\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
            assertThat(body(client, client.readHead())).isEqualTo(body);
        }
    }

    @Test
    void oneToTheHeadIsAnsweredBeforeTheBody() throws Exception {
        AtomicInteger handled = new AtomicInteger();
        SseServer server = start(local().endpoint("POST", "/v1", new SseEndpoint() {
            @Override
            public SseReply head(SseRequest request) {
                return SseReply.json(429, Map.of("error", "slow down")).header("Retry-After", "7");
            }

            @Override
            public SseReply handle(SseRequest request) {
                handled.incrementAndGet();
                return SseReply.stop();
            }
        }));
        RawSseClient client = client(server);
        client.send("POST /v1 HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n");
        RawSseClient.Head head = client.readHead();
        assertThat(head.status()).isEqualTo(429);
        assertThat(head.header("Retry-After")).isEqualTo("7");
        assertThat(body(client, head)).isEqualTo("{\"error\":\"slow down\"}");
        assertThat(handled).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 199, 600, -1})
    void anotherStatusIsRefused(int status) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SseReply.answer(status))
                .withMessage("answer.status: " + status + " (expected: 200 to 599)");
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 205, 304})
    void aBodyWhereThereIsNoneIsRefused(int status) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SseReply.answer(status, "text/plain", "a"))
                .withMessage("answer.body: 1 bytes with status " + status + " (expected: none)");
    }

    @Test
    void itsBytesAreItsOwn() {
        byte[] bytes = {'a'};
        HttpAnswer answer = SseReply.answer(200, "text/plain", bytes);
        bytes[0] = 'b';
        answer.body()[0] = 'c';
        assertThat(answer.bodyText()).isEqualTo("a");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.contentType()).isEqualTo("text/plain");
        assertThat(SseReply.stop().contentType()).isNull();
        assertThat(SseReply.refuse(403, "no"))
                .isEqualTo(SseReply.refuse(403, "no"))
                .isNotEqualTo(SseReply.refuse(403));
    }
}
