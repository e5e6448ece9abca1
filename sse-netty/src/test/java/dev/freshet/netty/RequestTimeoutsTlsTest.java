package dev.freshet.netty;

import static dev.freshet.netty.Pipelines.after;
import static dev.freshet.netty.Pipelines.exchange;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Clients that speak TLS and then take their time. */
@Tag("netty-4.2")
class RequestTimeoutsTlsTest {
    private static final byte[] RECORD_HEAD = {23, 3, 3, 0x40, 0}; // application data, 16 KiB of it

    private EmbeddedChannel server;
    private EmbeddedChannel client;

    @BeforeEach
    void shakeHands() throws Exception {
        server = Pipelines.served(new ServerConnections(), Tls.server(), SseHandler.builder());
        SSLEngine engine = Tls.trusting().createSSLEngine();
        engine.setUseClientMode(true);
        SslHandler tls = new SslHandler(engine);
        client = new EmbeddedChannel(tls);
        exchange(client, server);
        assertThat(tls.handshakeFuture().isSuccess()).isTrue();
        assertThat(server.pipeline().get(RequestHandler.class))
                .as("ready for a request")
                .isNotNull();
    }

    @AfterEach
    void end() {
        client.finishAndReleaseAll();
        server.finishAndReleaseAll();
    }

    @Test
    void aClientThatAsksNothingAfterTheHandshakeIsSentAway() {
        after(server, Duration.ofSeconds(29));
        assertThat(server.isOpen()).isTrue();
        after(server, Duration.ofSeconds(1));
        assertThat(server.isOpen()).isFalse();
    }

    @Test
    void aClientThatSendsARecordByteByByteIsSentAway() {
        server.writeInbound(Unpooled.wrappedBuffer(RECORD_HEAD));
        for (int i = 0; i < 30; i++) {
            assertThat(server.isOpen()).isTrue();
            server.writeInbound(Unpooled.wrappedBuffer(new byte[1]));
            after(server, Duration.ofSeconds(1));
        }
        assertThat(server.isOpen()).isFalse();
    }
}
