package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An endpoint for any method, and the policies that answer {@code OPTIONS} in its place. */
class RequestRoutesAnyMethodTest extends ServerFixture {
    private static final String APP = "https://app.example";
    private static final int OF_ANY = 418;

    private static final EndpointOptions WITH_CORS = EndpointOptions.builder()
            .cors(CorsPolicy.builder().origins(APP).build())
            .build();

    private static SseServer.Builder any(EndpointOptions options) {
        return local().endpoint("*", "/a", request -> SseReply.refuse(OF_ANY), options);
    }

    private SseServer getWithCorsBesideAny() {
        return start(
                any(EndpointOptions.builder().build()).endpoint("GET", "/a", request -> SseReply.stop(), WITH_CORS));
    }

    private SseServer anyWithCorsBesideGet() {
        return start(any(WITH_CORS).endpoint("/a", request -> SseReply.stop()));
    }

    /** @param asked the method of a preflight; empty for a plain one */
    private RawSseClient.Head options(SseServer server, String asked) throws IOException {
        String preflight = asked.isEmpty() ? "" : "Access-Control-Request-Method: " + asked + "\r\n";
        return sending(server, "OPTIONS /a HTTP/1.1\r\nHost: h\r\nOrigin: " + APP + "\r\n" + preflight + "\r\n")
                .readHead();
    }

    @Test
    void aPreflightForAMethodWithAPolicyIsAnsweredByItThoughThereIsAnEndpointForAny() throws Exception {
        SseServer server = getWithCorsBesideAny();
        RawSseClient.Head get = options(server, "GET");
        assertThat(get.status()).isEqualTo(204);
        assertThat(get.headers())
                .containsEntry("access-control-allow-origin", APP)
                .containsEntry("access-control-allow-methods", "GET, HEAD");
        RawSseClient.Head put = options(server, "PUT");
        assertThat(put.status()).isEqualTo(OF_ANY);
        assertThat(put.headers()).doesNotContainKey("access-control-allow-origin");
        assertThat(options(server, "").status()).isEqualTo(OF_ANY);
    }

    @Test
    void aPreflightForAMethodWithoutAPolicyIsForTheEndpointForAny() throws Exception {
        SseServer server = anyWithCorsBesideGet();
        RawSseClient.Head get = options(server, "GET");
        assertThat(get.status()).isEqualTo(OF_ANY);
        assertThat(get.headers())
                .as("the policy is not that of GET")
                .doesNotContainKeys("access-control-allow-methods", "access-control-allow-headers");
        RawSseClient.Head put = options(server, "PUT");
        assertThat(put.status()).isEqualTo(204);
        assertThat(put.headers()).containsEntry("access-control-allow-methods", "PUT");
    }

    @Test
    void optionsWithoutAMethodAreAnsweredByThePolicyOfTheEndpointForAny() throws Exception {
        assertThat(options(anyWithCorsBesideGet(), "").status()).isEqualTo(204);
    }

    @Test
    void allowNamesWhatTheEndpointForAnyTakes() throws Exception {
        assertThat(options(anyWithCorsBesideGet(), "PUT").header("Allow"))
                .isEqualTo("DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT");
    }

    @Test
    void connectIsForNoEndpoint() throws Exception {
        RawSseClient client = sending(anyWithCorsBesideGet(), "CONNECT /a HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(client.readHead().status()).isEqualTo(405);
    }

    @ParameterizedTest
    @CsvSource({"patch", "PATCH", "M-SEARCH"})
    void aPreflightIsToldTheMethodAsItAskedForIt(String method) throws Exception {
        assertThat(options(start(any(WITH_CORS)), method).header("Access-Control-Allow-Methods"))
                .isEqualTo(method);
    }
}
