package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.fixtures.RawSseClient;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which endpoint a request is for, and what its parameters stand for. Covers {@link RequestRoutePath}. */
class RequestRoutesTest extends ServerFixture {
    private SseServer.Builder builder;

    @BeforeEach
    void build() {
        builder = local();
        for (String path : new String[] {
            "/",
            "/rooms",
            "/rooms/main",
            "/rooms/{room}",
            "/rooms/{room}/chat",
            "/files/*",
            "/files/new/{name}",
            "/a b+c"
        }) {
            builder.endpoint(
                    path,
                    request -> SseReply.refuse(
                            403,
                            path + " " + parameter(request, path, "room") + " " + parameter(request, path, "name") + " "
                                    + parameter(request, path, "*")));
        }
    }

    private static String parameter(SseRequest request, String path, String name) {
        return path.contains(name.equals("*") ? name : "{" + name + "}") ? request.pathParameter(name) : "null";
    }

    private String answerTo(String target) throws Exception {
        RawSseClient client = client(start(builder));
        client.send("GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n");
        return body(client, client.readHead()).strip();
    }

    @ParameterizedTest
    @CsvSource({
        "/,                         / null null null",
        "/rooms,                    /rooms null null null",
        "/rooms/main,               /rooms/main null null null",
        "/rooms/%6Dain,             /rooms/main null null null",
        "/rooms/other?x=/y,         /rooms/{room} other null null",
        "/rooms/main/chat,          /rooms/{room}/chat main null null",
        "/rooms/b%C3%BCro,          /rooms/{room} büro null null",
        "/rooms/a%2Fb,              /rooms/{room} a/b null null",
        "/rooms/a%252Fb,            /rooms/{room} a%2Fb null null",
        "/rooms/a+b%20c,            /rooms/{room} a+b c null null",
        "/rooms/...,                /rooms/{room} ... null null",
        "/files/,                   /files/* null null",
        "/files/a/b/,               /files/* null null a/b/",
        "/files/new,                /files/* null null new",
        "/files/new/x,              /files/new/{name} null x null",
        "/files/new/x/y,            /files/* null null new/x/y",
        "/a%20b+c,                  /a b+c null null null",
        "http://other/rooms/x?y,    /rooms/{room} x null null",
        "HTTPS://other:1/rooms/x,   /rooms/{room} x null null",
        "http://other,              / null null null",
        "http://other?y,            / null null null",
    })
    void aRequestGoesToTheMostSpecificEndpoint(String target, String answer) throws Exception {
        assertThat(answerTo(target)).isEqualTo(answer.strip());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/room",
                "/rooms/",
                "/rooms//chat",
                "/rooms/x/y",
                "//rooms",
                "/files",
                "/rooms/%",
                "/rooms/%4",
                "/rooms/%4x",
                "/rooms/%zz",
                "/rooms/a%00b",
                "/rooms/%C3",
                "/rooms/%C0%AE",
                "/rooms/%ED%A0%80",
                "/rooms/..",
                "/rooms/%2e%2E",
                "/rooms/.",
                "/files/../x",
                "/files/a%2Fb",
                "/files/%2e%2e%2fx",
                "/rooms/x#y",
                "http://h#/rooms/x",
                "http:///rooms/x",
                "ftp://h/rooms/x",
                "rooms/x",
                "*",
                "h:80"
            })
    void aTargetThatIsNoEndpointsIsNotFound(String target) throws Exception {
        assertThat(answerTo(target)).isEqualTo("no endpoint at " + target);
    }

    @Test
    void aPathIsToldDecoded() throws Exception {
        SseServer server = start(local().endpoint("/x/*", request -> SseReply.refuse(403, request.path())));
        RawSseClient client = client(server);
        assertThat(body(client, client.get("/x/%C3%BC/b%20c"))).isEqualTo("/x/ü/b c\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /rooms/{id}       | no endpoint for the same requests, as "/rooms/{room}"
            /files/*          | no endpoint there yet
            /files/*/x        | '*' as the last segment only
            /{a}/{a}          | parameters as {name}, each name once
            """)
    void whatCouldNotBeToldApartIsRefused(String path, String expected) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.endpoint(path, request -> SseReply.stop()))
                .withMessage("endpoint.path: \"" + path + "\" (expected: " + expected + ")");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            rooms              | begins with '/'
            ''                 | begins with '/'
            http://h/rooms     | begins with '/'
            /rooms/:room       | a parameter as {room}, a whole segment without a pattern
            /rooms/:room(\\d+) | a parameter as {room}, a whole segment without a pattern
            /rooms/:room?      | a parameter as {room}, a whole segment without a pattern
            /rooms/<room>      | a parameter as {room}, a whole segment without a pattern
            /rooms/<int:room>  | a parameter as {room}, a whole segment without a pattern
            /rooms/[room]      | a parameter as {room}, a whole segment without a pattern
            /rooms/{id:[0-9]+} | a parameter as {id}, a whole segment without a pattern
            /rooms/{id:a/b}    | a parameter as {id}, a whole segment without a pattern
            /rooms/{id?}       | a parameter as {id}, a whole segment without a pattern
            /rooms/room-{id}   | a parameter as {id}, a whole segment without a pattern
            /rooms/{id}.json   | a parameter as {id}, a whole segment without a pattern
            /rooms/{a}{b}      | a parameter as {a}, a whole segment without a pattern
            /rooms/{{a}        | a parameter as {a}, a whole segment without a pattern
            /rooms/{a          | a parameter as {a}, a whole segment without a pattern
            /rooms/a}          | a parameter as {a}, a whole segment without a pattern
            /rooms/{}          | a parameter as {name}, a whole segment without a pattern
            /rooms/{ id }      | a parameter as {id}, a whole segment without a pattern
            /rooms/{1}         | a parameter as {name}, a whole segment without a pattern
            /files/**          | the rest of the path as *, the last segment
            /files/*path       | the rest of the path as *, the last segment
            /files/*.js        | the rest of the path as *, the last segment
            /files/{*path}     | the rest of the path as *, the last segment
            /files/{path:.*}   | the rest of the path as *, the last segment
            /files/{path...}   | the rest of the path as *, the last segment
            /files/{*}         | the rest of the path as *, the last segment
            /files/[...path]   | a parameter as {path}, a whole segment without a pattern
            /files/<path:rest> | the rest of the path as *, the last segment
            /rooms?x=y         | no query or fragment
            /rooms#top         | no query or fragment
            /rooms/caf%C3%A9   | percent-decoded
            /rooms%2Fmain      | percent-decoded
            //rooms            | no segment that is empty but the last, '.' or '..'
            /rooms//chat       | no segment that is empty but the last, '.' or '..'
            /rooms/../chat     | no segment that is empty but the last, '.' or '..'
            /rooms/.           | no segment that is empty but the last, '.' or '..'
            /rooms\\main       | a parameter as {rooms}, a whole segment without a pattern
            """)
    void theNotationOfAnotherRouterIsRefusedWithTheFormThatIsMeant(String path, String expected) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.endpoint(path, request -> SseReply.stop()))
                .withMessage("endpoint.path: \"" + path + "\" (expected: " + expected + ")");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/models:generate",
                "/~ada/$now/100%/a,b;c=d&e@f!",
                "/b\u00fcro",
                "/x/",
                "/.well-known/x..y",
                "/{a_b-1}/{A}"
            })
    void whatAUrlMayHaveIsALiteral(String path) {
        assertThatCode(() -> builder.endpoint(path, request -> SseReply.stop())).doesNotThrowAnyException();
    }

    @Test
    void aRefusedPathLeavesNothingBehind() throws Exception {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.endpoint("/half/{a}/{a}", request -> SseReply.stop()));
        assertThat(answerTo("/half/x")).isEqualTo("no endpoint at /half/x");
    }

    @Test
    void aParameterThatThePathHasNotIsRefusedAndNamesThoseThatItHas() throws Exception {
        BlockingQueue<Throwable> thrown = new LinkedBlockingQueue<>();
        SseEndpoint mistaken = request -> {
            try {
                return SseReply.refuse(403, "x" + request.pathParameter("id"));
            } catch (IllegalArgumentException e) {
                thrown.add(e);
                throw e;
            }
        };
        SseServer server = start(local().endpoint("/none", mistaken).endpoint("/{room}/{part}/*", mistaken));
        assertThat(client(server).get("/none").status()).isEqualTo(500);
        assertThat(thrown.remove()).hasMessage("pathParameter: \"id\" (expected: none, as the path has none)");
        assertThat(client(server).get("/a/b/c").status()).isEqualTo(500);
        assertThat(thrown.remove()).hasMessage("pathParameter: \"id\" (expected: room, part, *)");
    }

    @Test
    void aHandlerThatIsBuiltKeepsItsEndpoints() throws Exception {
        SseServer server = start(builder);
        builder.endpoint("/later", request -> SseReply.stop());
        assertThat(client(server).get("/later").status()).isEqualTo(404);
        assertThat(client(start(builder)).get("/later").status()).isEqualTo(204);
    }
}
