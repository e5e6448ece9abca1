package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.freshet.fixtures.RawSseClient;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sockets count from when they are accepted, whatever is asked on them. */
class ServerConnectionsLimitsTest extends ServerFixture {
    private SseServer limited(Transport transport, Limits.Builder limits) {
        return start(local().transport(transport)
                .limits(limits.build())
                .endpoint("/events", request -> SseReply.subscribe(hub, "t")));
    }

    /** Says nothing, and is accepted by the time that one after it is served or closed. */
    private static Socket idle(SseServer server) throws IOException {
        return new Socket("127.0.0.1", server.address().getPort());
    }

    private static void assertClosedAtOnce(Socket socket) throws IOException {
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void anIdleSocketOverTheLimitIsClosed(Transport transport) throws Exception {
        SseServer server = limited(transport, Limits.builder().sockets(2));
        RawSseClient first = follower(server);
        try (Socket second = idle(server);
                Socket third = idle(server)) {
            assertClosedAtOnce(third);
            assertThat(server.stats().refusedSockets()).isEqualTo(1);
            publish("a");
            assertThat(first.readEvent().data()).isEqualTo("a");
            assertThat(second.isConnected()).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void anAddressHasSoManySockets(Transport transport) throws Exception {
        SseServer server = limited(transport, Limits.builder().socketsPerAddress(2));
        follower(server);
        follower(server);
        try (Socket third = idle(server)) {
            assertClosedAtOnce(third);
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void anIpv4AddressIsOneToASocketForBothVersions(Transport transport) throws Exception {
        SseServer server;
        try {
            server = start(local().host("::")
                    .transport(transport)
                    .limits(Limits.builder().socketsPerAddress(1).build())
                    .endpoint("/events", request -> SseReply.subscribe(hub, "t")));
        } catch (java.io.UncheckedIOException e) {
            assumeThat(e).as("IPv6").isNull();
            return;
        }
        follower(server);
        try (Socket second = idle(server)) {
            assertClosedAtOnce(second);
        }
        try (Socket other = new Socket("::1", server.address().getPort())) {
            other.getOutputStream().write("GET /events HTTP/1.1\r\nHost: h\r\n\r\n".getBytes());
            assertThat(other.getInputStream().read()).isEqualTo('H');
        }
    }

    @Test
    void aSocketThatHasEndedIsNotCounted() throws Exception {
        SseServer server = limited(Transport.NIO, Limits.builder().sockets(1).socketsPerAddress(1));
        for (int i = 0; i < 5; i++) {
            RawSseClient client = client(server);
            client.send("GET /nope HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            assertThat(client.readHead().status()).isEqualTo(404);
            rest(client);
            client.close(); // so that the server need not wait for what it still sends
            awaitAccepted(server);
        }
    }

    /** The last has ended for its client, and a moment later for the server. */
    private static void awaitAccepted(SseServer server) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        List<Integer> statuses = new ArrayList<>();
        while (statuses.isEmpty()) {
            assertThat(System.nanoTime()).isLessThan(end);
            try (RawSseClient client =
                    RawSseClient.connect("127.0.0.1", server.address().getPort())) {
                statuses.add(client.get("/nope", "Connection: close").status());
                rest(client);
            } catch (IOException e) {
                assertThat(server.stats().refusedSockets()).isPositive();
            }
        }
    }

    @Test
    void theSocketsOfATrustedProxyAreThoseOfManyClients() throws Exception {
        SseServer server =
                start(local().limits(Limits.builder().socketsPerAddress(1).build())
                        .trustedProxies(ProxyHeader.X_FORWARDED_FOR, "127.0.0.1")
                        .endpoint("/events", request -> SseReply.subscribe(hub, "t")));
        follower(server);
        follower(server);
        assertThat(server.stats().refusedSockets()).isZero();
    }
}
