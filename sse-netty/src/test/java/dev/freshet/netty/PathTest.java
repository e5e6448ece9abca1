package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.fixtures.RawSseClient;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which endpoint a request is for, and what its parameters stand for. */
class PathTest extends ServerFixture {
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
                            path + " " + request.pathParameter("room") + " " + request.pathParameter("name") + " "
                                    + request.pathParameter("*")));
        }
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
            /{{a}             | parameters as {name}, each name once
            """)
    void whatCouldNotBeToldApartIsRefused(String path, String expected) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.endpoint(path, request -> SseReply.stop()))
                .withMessage("endpoint.path: \"" + path + "\" (expected: " + expected + ")");
    }

    @Test
    void aHandlerThatIsBuiltKeepsItsEndpoints() throws Exception {
        SseServer server = start(builder);
        builder.endpoint("/later", request -> SseReply.stop());
        assertThat(client(server).get("/later").status()).isEqualTo(404);
        assertThat(client(start(builder)).get("/later").status()).isEqualTo(204);
    }
}
