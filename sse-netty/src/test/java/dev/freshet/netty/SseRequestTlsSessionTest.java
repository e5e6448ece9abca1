package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an endpoint is told of the TLS that its request came through. */
class SseRequestTlsSessionTest extends ServerFixture {
    private SseServer.Builder telling() {
        return local().endpoint("/tls", request -> {
            SSLSession session = request.tlsSession();
            return SseReply.refuse(
                    400, session == null ? "none" : session.getProtocol() + " " + session.getCipherSuite());
        });
    }

    @ParameterizedTest
    @EnumSource
    void anEndpointIsToldTheSession(Version version) throws Exception {
        SseServer server = start(telling().tls(Tls.server()));
        HttpResponse<String> response = HttpClient.newBuilder()
                .sslContext(Tls.trusting())
                .version(version)
                .build()
                .send(
                        HttpRequest.newBuilder(URI.create(
                                        "https://localhost:" + server.address().getPort() + "/tls"))
                                .timeout(Duration.ofSeconds(PATIENCE_SECONDS))
                                .build(),
                        BodyHandlers.ofString());
        assertThat(response.version()).isEqualTo(version);
        SSLSession session = response.sslSession().orElseThrow();
        assertThat(response.body()).isEqualTo(session.getProtocol() + " " + session.getCipherSuite() + "\n");
    }

    @Test
    void withoutTlsThereIsNone() throws Exception {
        SseServer server = start(telling());
        RawSseClient client = client(server);
        assertThat(body(client, client.get("/tls"))).isEqualTo("none\n");
        try (Http2Client http2 = Http2Client.connect(server)) {
            assertThat(http2.get("/tls").body()).isEqualTo("none\n");
        }
    }
}
