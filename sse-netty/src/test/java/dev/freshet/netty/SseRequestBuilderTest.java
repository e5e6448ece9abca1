package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.fixtures.RawSseClient;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Endpoints are tested without a server, with requests that are built. Covers {@link RequestRoutePath#match}. */
class SseRequestBuilderTest extends ServerFixture {
    private final SseEndpoint rooms = request -> {
        String user = request.cookie("user");
        return user == null
                ? SseReply.refuse(401)
                : SseReply.subscribe(hub, "rooms/" + request.pathParameter("room"))
                        .key(user)
                        .attribute("since", String.valueOf(request.query("since")))
                        .expiresAt(Instant.EPOCH)
                        .header("X-Room", "1");
    };

    @Test
    void anEndpointAnswersARequestThatWasBuilt() {
        SseReply reply = rooms.handle(SseRequest.builder()
                .endpointPath("/rooms/{room}")
                .target("/rooms/a%20b?since=1&since=2")
                .header("Cookie", "theme=dark; user=ada")
                .build());
        assertThat(reply).isInstanceOfSatisfying(SseReply.Subscribe.class, stream -> {
            assertThat(stream.hub()).isSameAs(hub);
            assertThat(stream.topics()).containsExactly("rooms/a b");
            assertThat(stream.key()).isEqualTo("ada");
            assertThat(stream.attributes()).containsEntry("since", "1");
            assertThat(stream.expiresAt()).isEqualTo(Instant.EPOCH);
            assertThat(stream.headers()).hasSize(1);
        });
    }

    @Test
    void aRequestHasWhatItWasBuiltWith() {
        InetSocketAddress remote = new InetSocketAddress("127.0.0.1", 1);
        InetSocketAddress client = new InetSocketAddress("127.0.0.1", 2);
        SseRequest request = SseRequest.builder()
                .method("POST")
                .target("/a%2Fb?q=%C3%A4")
                .header("X-A", "1")
                .header("x-a", "2")
                .lastEventId("grün")
                .body("grün")
                .remoteAddress(remote)
                .clientAddress(client)
                .build();
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.target()).isEqualTo("/a%2Fb?q=%C3%A4");
        assertThat(request.path()).isEqualTo("/a/b");
        assertThat(request.query("q")).isEqualTo("ä");
        assertThat(request.header("X-A")).isEqualTo("1");
        assertThat(request.headerAll("X-A")).containsExactly("1", "2");
        assertThat(request.headerAll("X-B")).isEmpty();
        assertThat(request.lastEventId()).isEqualTo("grün");
        assertThat(request.bodyText()).isEqualTo("grün");
        assertThat(request.remoteAddress()).isEqualTo(remote);
        assertThat(request.clientAddress()).isEqualTo(client);
        assertThat(request.tlsSession()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rooms", "", "/a b", "/%", "/%00", "/a#b", "/\n", "/?q=\u00fc", "http://h/x"})
    void aTargetThatNoClientCouldSendIsRejected(String target) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SseRequest.builder().target(target))
                .withMessage("request.target: \"" + target + "\" (expected: a path that begins with '/' and its query,"
                        + " percent-encoded)");
    }

    @Test
    void aQueryThatAServerRefusesIsRejected() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SseRequest.builder().target("/?a=%4"))
                .withMessage("request.target: \"/?a=%4\" (expected: a query that is percent-encoded)");
    }

    @Test
    void queryParametersAreEncoded() {
        SseRequest request =
                SseRequest.builder().query("q", "a&b=ü ").query("q", "").build();
        assertThat(request.target()).isEqualTo("/?q=a%26b%3D%C3%BC+&q=");
        assertThat(request.queryAll("q")).containsExactly("a&b=ü ", "");
    }

    @Test
    void aTargetThatIsSetAfterAQueryParameterKeepsIt() {
        SseRequestBuilder builder = SseRequest.builder().query("a", "1").target("/rooms?b=2");
        assertThat(builder.build().target()).isEqualTo("/rooms?b=2&a=1");
        assertThat(builder.target("/").build().target()).isEqualTo("/?a=1");
    }

    @ParameterizedTest
    @CsvSource({"/files/*,/files/a/b,*,a/b", "/files/*,/files/,*,''", "/{a}/x,/1/x,a,1", "/v1/{a},/v1/a%2Fb,a,a/b"})
    void theParametersOfTheEndpointsPathAreThoseOfTheTarget(String path, String target, String name, String value) {
        SseRequest request =
                SseRequest.builder().endpointPath(path).target(target).build();
        assertThat(request.pathParameter(name)).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({"/a/{b},/a", "/a/{b},/a/b/c", "/a/{b},/a/", "/a/{b},/a/..", "/a/*,/a", "/a/*,/a/b%2Fc", "/a/b,/a/c"})
    void aTargetOfAnotherEndpointIsRejected(String path, String target) {
        SseRequestBuilder builder = SseRequest.builder().endpointPath(path).target(target);
        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessage("request.target: \"" + target + "\" (expected: one of the endpoint at \"" + path + "\")");
    }

    @Test
    void anEndpointsPathThatNoHandlerTakesIsRejected() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SseRequest.builder().endpointPath("/rooms/:room"))
                .withMessageStartingWith("endpoint.path: \"/rooms/:room\" (expected: a parameter as {room}");
    }

    @Test
    void aParameterIsGivenWithoutAPath() {
        SseRequest request = SseRequest.builder()
                .pathParameter("a", "b/c")
                .pathParameter("*", "")
                .build();
        assertThat(request.pathParameter("a")).isEqualTo("b/c");
        assertThat(request.pathParameter("*")).isEmpty();
    }

    @Test
    void parametersOfBothKindsAreRejected() {
        SseRequestBuilder builder = SseRequest.builder().endpointPath("/").pathParameter("a", "b");
        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessage("request.pathParameter: [a] (expected: none beside endpointPath, which takes them from the"
                        + " target)");
    }

    @ParameterizedTest
    @CsvSource({"a,''", "a,.", "a,..", "*,a/../b"})
    void aParameterThatNoPathHasIsRejected(String name, String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SseRequest.builder().pathParameter(name, value))
                .withMessageStartingWith("request.pathParameter: of " + name);
    }

    @Test
    void aParameterThatNoTargetEncodesIsRejected() {
        for (String value : List.of("b\0", "\ud800")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SseRequest.builder().pathParameter("a", value))
                    .withMessage("request.pathParameter: of a (expected: no NUL and no unpaired surrogate)");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1a", "{a}", "a b", "**"})
    void aNameThatNoParameterHasIsRejected(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SseRequest.builder().pathParameter(name, "1"))
                .withMessage(
                        "request.pathParameter: \"" + name + "\" (expected: a name of letters, digits, '_' and '-' that"
                                + " begins with a letter or '_'; or *)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "G T", "CONNECT"})
    void aMethodThatNoEndpointHasIsRejected(String method) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SseRequest.builder().method(method))
                .withMessage("request.method: \"" + method
                        + "\" (expected: a token of RFC 9110 5.6.2 such as GET or POST, and not CONNECT)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"get", "M-SEARCH", "x!"})
    void aMethodIsAsSent(String method) {
        assertThat(SseRequest.builder().method(method).build().method()).isEqualTo(method);
    }

    @Test
    void aServersRequestHasItsMethodAsSent() throws Exception {
        SseServer server =
                start(local().endpoint("*", "/", request -> SseReply.answer(200, "text/plain", request.method())));
        RawSseClient client = client(server);
        client.send("get / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(body(client, client.readHead())).isEqualTo("get");
    }

    @ParameterizedTest
    @CsvSource({"a b,c", "'',c", "a,' c'", "a,'b\u0001c'", "a,'\u0100'"})
    void aHeaderThatHttpDoesNotAllowIsRejected(String name, String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SseRequest.builder().header(name, value))
                .withMessageStartingWith("header.");
    }

    @Test
    void aLastEventIdThatAHeaderCannotCarryIsRejected() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SseRequest.builder().lastEventId("a\n"))
                .withMessageStartingWith("header.value: of Last-Event-ID");
    }

    @Test
    void theLastEventIdIsTheOneThatWasSetLast() {
        SseRequestBuilder builder = SseRequest.builder().lastEventId("1").lastEventId("2");
        assertThat(builder.build().lastEventId()).isEqualTo("2");
        assertThat(builder.lastEventId("").build().lastEventId()).isNull();
    }

    @Test
    void aBodyThatIsNotReadIsRejected() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SseRequest.builder().body("abc").build())
                .withMessage("request.body: 3 bytes with GET (expected: none, as a server does not read it)");
    }

    @Test
    void aRequestHasItsTlsSession() throws Exception {
        SSLSession session = SSLContext.getDefault().createSSLEngine().getSession();
        assertThat(SseRequest.builder().tlsSession(session).build().tlsSession())
                .isSameAs(session);
    }

    @Test
    void aServersRequestHasItsTargetAndCookies() throws Exception {
        SseServer server = start(local().endpoint(
                        "/v1/{name}",
                        request -> SseReply.answer(
                                200,
                                "text/plain",
                                request.target() + " " + request.cookie("b") + " " + request.cookie("c"))));
        try (Http2Client client = Http2Client.connect(server)) {
            assertThat(client.get("/v1/a%20b?c", "cookie: a=1", "cookie: b=2").body())
                    .isEqualTo("/v1/a%20b?c 2 null");
        }
    }
}
