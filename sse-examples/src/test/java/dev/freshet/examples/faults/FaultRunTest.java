package dev.freshet.examples.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.hub.SseHub;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Runs whose relay is not there any more, or is not the one that is meant. */
class FaultRunTest {
    private static final int NOBODY = 1; // a port where nobody listens

    @Test
    void aRelayThatAcknowledgesNothingMoreGivesARowWithoutAnEnd() throws Exception {
        FaultSetting setting =
                new FaultSetting("gone").clients(1).events(1_000_000).patience(Duration.ofSeconds(1));
        try (Application relay = new Application(SseHub.create(), 0, UnaryOperator.identity())) {
            AtomicInteger port = new AtomicInteger(relay.port());
            try (FaultRun run = new FaultRun(setting, port::get, relay::port)) {
                run.awaitProgress(1);
                port.set(NOBODY);
                run.happened();
                FaultRow row = run.end();

                assertThat(row.events()).isPositive();
                assertThat(row.results()).singleElement().matches(result -> !result.atEnd());
                assertThatThrownBy(row::assertWhole).hasMessageContaining("did not come to the end");
            }
        }
    }

    @Test
    void aRelayThatServesAnotherVersionOfHttpIsAFailure() throws Exception {
        X509Bundle bundle = new CertificateBuilder()
                .subject("CN=localhost")
                .setIsCertificateAuthority(true)
                .addSanIpAddress("127.0.0.1")
                .buildSelfSigned();
        SslContext withoutHttp2 = SslContextBuilder.forServer(
                        bundle.getKeyPair().getPrivate(), bundle.getCertificatePath())
                .build();
        FaultSetting setting = new FaultSetting("HTTP/1.1 only").wire(Wire.TLS_HTTP_2);
        try (Application relay = new Application(SseHub.create(), 0, server -> server.tls(withoutHttp2))) {
            assertThatThrownBy(() -> new FaultRun(setting, relay::port, relay::port))
                    .hasMessage("version: HTTP_1_1 (expected: HTTP_2)");
        }
    }
}
