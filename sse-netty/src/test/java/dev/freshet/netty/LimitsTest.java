package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.fixtures.RawSseClient;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** How much a server takes from its clients. Covers {@link LimitsValues}. */
class LimitsTest extends ServerFixture {
    private final Recorder recorder = new Recorder();

    private SseServer limited(Consumer<Limits.Builder> limits) {
        Limits.Builder builder = Limits.builder();
        limits.accept(builder);
        return start(local().limits(builder.build())
                .listener(recorder)
                .trustedProxies(ProxyHeader.X_FORWARDED_FOR, "127.0.0.1")
                .endpoint("/events", request -> {
                    SseReply.Subscribe reply = SseReply.subscribe(hub, "t");
                    String key = request.query("key");
                    return key == null ? reply : reply.key(key);
                }));
    }

    private RawSseClient.Head ask(SseServer server, String path, String... headers) throws Exception {
        return client(server).get(path, headers);
    }

    @Test
    void oneConnectionTooManyIsToldToComeLater() throws Exception {
        SseServer server = limited(limits -> limits.connections(2));
        RawSseClient first = follower(server);
        follower(server);
        RawSseClient third = client(server);
        RawSseClient.Head head = third.get("/events");
        assertThat(head.status()).isEqualTo(503);
        assertThat(head.headers()).containsEntry("retry-after", "5").containsEntry("connection", "close");
        assertThat(rest(third)).isEqualTo("too many connections\n");
        publish("a");
        assertThat(first.readEvent().data()).isEqualTo("a");
    }

    @Test
    void aPlaceIsFreeAgainWhenItsStreamHasEnded() throws Exception {
        SseServer server = limited(limits -> limits.connections(1));
        follower(server).close();
        recorder.nextClosed();
        follower(server);
        assertThat(ask(server, "/events").status()).isEqualTo(503);
    }

    @Test
    void aHeadRequestTakesNoPlace() throws Exception {
        SseServer server = limited(limits -> limits.connections(1));
        RawSseClient client = client(server);
        client.send("HEAD /events HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(client.readHead().status()).isEqualTo(200);
        assertThat(ask(server, "/events").status()).isEqualTo(200);
    }

    @Test
    void aStreamThatDoesNotBeginTakesNoPlace() throws Exception {
        SseServer server = start(local().limits(Limits.builder().connections(1).build())
                .endpoint("/failing", request -> SseReply.subscribe(hub, "t").snapshot(() -> {
                    throw new IllegalStateException("as the test wants");
                }))
                .endpoint("/events", request -> SseReply.subscribe(hub, "t")));
        assertThat(ask(server, "/failing").status()).isEqualTo(500);
        assertThat(ask(server, "/events").status()).isEqualTo(200);
    }

    @Test
    void eachAddressHasItsOwnPlaces() throws Exception {
        SseServer server = limited(limits -> limits.connectionsPerAddress(1));
        assertThat(ask(server, "/events", "X-Forwarded-For: 192.0.2.1").status())
                .isEqualTo(200);
        assertThat(ask(server, "/events", "X-Forwarded-For: 192.0.2.1").status())
                .isEqualTo(503);
        assertThat(ask(server, "/events", "X-Forwarded-For: 192.0.2.2").status())
                .isEqualTo(200);
        assertThat(ask(server, "/events").status()).isEqualTo(200);
        assertThat(ask(server, "/events").status()).isEqualTo(503);
    }

    @Test
    void anIpv6NetworkIsOneAddress() throws Exception {
        StreamAdmission admission = new StreamAdmission(Integer.MAX_VALUE, 1, Integer.MAX_VALUE);
        assertThat(admission.admit(address("2001:db8::1"), null)).isNotNull();
        assertThat(admission.admit(address("2001:db8::2"), null)).isNull();
        assertThat(admission.admit(address("2001:db8:0:1::1"), null)).isNotNull();
    }

    @Test
    void anIpv4ClientBehindATranslatorIsOneAddress() throws Exception {
        StreamAdmission admission = new StreamAdmission(Integer.MAX_VALUE, 1, Integer.MAX_VALUE);
        assertThat(admission.admit(address("64:ff9b::192.0.2.1"), null)).isNotNull();
        assertThat(admission.admit(address("64:ff9b::192.0.2.1"), null)).isNull();
        assertThat(admission.admit(address("64:ff9b::192.0.2.2"), null)).isNotNull();
        assertThat(admission.admit(address("64:ff9b:0:0:1::1"), null)).isNotNull(); // no translator's
        assertThat(admission.admit(address("64:ff9b::2:0:1"), null)).isNull();
    }

    private static InetSocketAddress address(String text) throws Exception {
        return new InetSocketAddress(InetAddress.getByName(text), 1);
    }

    @Test
    void eachKeyHasItsOwnPlaces() throws Exception {
        SseServer server = limited(limits -> limits.connectionsPerKey(1));
        assertThat(ask(server, "/events?key=ada").status()).isEqualTo(200);
        assertThat(ask(server, "/events?key=ada").status()).isEqualTo(503);
        assertThat(ask(server, "/events?key=bob").status()).isEqualTo(200);
        assertThat(ask(server, "/events").status()).isEqualTo(200);
        assertThat(ask(server, "/events").status()).isEqualTo(200);
    }

    @Test
    void whoIsRefusedByOneLimitTakesNoPlaceOfAnother() throws Exception {
        StreamAdmission admission = new StreamAdmission(3, 2, 1);
        StreamAdmission.Permit first = Objects.requireNonNull(admission.admit(address("192.0.2.1"), "a"));
        for (int i = 0; i < 5; i++) {
            assertThat(admission.admit(address("192.0.2.1"), "a")).isNull();
        }
        assertThat(admission.admit(address("192.0.2.1"), "b")).isNotNull();
        assertThat(admission.admit(address("192.0.2.1"), "c")).isNull();
        assertThat(admission.admit(address("192.0.2.2"), "c")).isNotNull();
        assertThat(admission.admit(address("192.0.2.3"), "d")).isNull();
        first.release();
        assertThat(admission.admit(address("192.0.2.1"), "a")).isNotNull();
    }

    @Test
    void aStreamFollowsSoManyTopicsOnly() throws Exception {
        SseServer server =
                start(local().limits(Limits.builder().topicsPerConnection(2).build())
                        .endpoint("/events", request -> SseReply.subscribe(hub, request.queryAll("topic"))));
        assertThat(ask(server, "/events?topic=a&topic=b&topic=a").status()).isEqualTo(200);
        RawSseClient client = client(server);
        RawSseClient.Head head = client.get("/events?topic=a&topic=b&topic=c");
        assertThat(head.status()).isEqualTo(400);
        assertThat(body(client, head)).isEqualTo("topics: 3 (expected: at most 2)\n");
    }

    @Test
    void unlessSetAStreamFollowsAThousandTopics() throws Exception {
        List<String> topics = IntStream.range(0, 1025).mapToObj(i -> "t" + i).toList();
        SseServer server = start(local().endpoint("/1024", request -> SseReply.subscribe(hub, topics.subList(0, 1024)))
                .endpoint("/1025", request -> SseReply.subscribe(hub, topics)));
        assertThat(ask(server, "/1024").status()).isEqualTo(200);
        assertThat(ask(server, "/1025").status()).isEqualTo(400);
    }

    @Test
    void aQueryMayBeSoLong() throws Exception {
        SseServer server = limited(limits -> limits.queryBytes(10));
        assertThat(ask(server, "/events?123456789a").status()).isEqualTo(200);
        RawSseClient client = client(server);
        RawSseClient.Head head = client.get("/events?123456789ab");
        assertThat(head.status()).isEqualTo(414);
        assertThat(body(client, head)).isEqualTo("query: 11 bytes (expected: at most 10)\n");
    }

    @Test
    void aBodyMayBeSoLarge() throws Exception {
        SseServer server = limited(limits -> limits.bodyBytes(3));
        RawSseClient fits = client(server);
        fits.send("GET /events HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc");
        assertThat(fits.readHead().status()).isEqualTo(200);
        RawSseClient over = client(server);
        over.send("GET /events HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nabcd");
        assertThat(over.readHead().status()).isEqualTo(413);
        assertThat(rest(over)).isEqualTo("body: over 3 bytes\n");
    }

    @Test
    void aRequestLineMayBeSoLong() throws Exception {
        SseServer server = limited(limits -> limits.requestLineBytes(100));
        assertThat(ask(server, "/events?" + "x".repeat(50)).status()).isEqualTo(200);
        RawSseClient client = client(server);
        assertThat(client.get("/events?" + "x".repeat(90)).status()).isEqualTo(414);
        assertThat(rest(client)).isEqualTo("request line: too long (expected: at most 100 bytes)\n");
    }

    @Test
    void headersMayBeSoLarge() throws Exception {
        SseServer server = limited(limits -> limits.headerBytes(100));
        assertThat(ask(server, "/events", "X: " + "x".repeat(50)).status()).isEqualTo(200);
        RawSseClient client = client(server);
        assertThat(client.get("/events", "X: " + "x".repeat(90)).status()).isEqualTo(431);
        assertThat(rest(client)).isEqualTo("header: too large (expected: at most 100 bytes)\n");
    }

    @Test
    void aLimitIsPositive() {
        Limits.Builder limits = Limits.builder();
        assertRefused(() -> limits.connections(0), "limits.connections: 0 (expected: > 0)");
        assertRefused(() -> limits.connectionsPerAddress(0), "limits.connectionsPerAddress: 0 (expected: > 0)");
        assertRefused(() -> limits.connectionsPerKey(-1), "limits.connectionsPerKey: -1 (expected: > 0)");
        assertRefused(() -> limits.sockets(0), "limits.sockets: 0 (expected: > 0)");
        assertRefused(() -> limits.socketsPerAddress(0), "limits.socketsPerAddress: 0 (expected: > 0)");
        assertRefused(() -> limits.topicsPerConnection(0), "limits.topicsPerConnection: 0 (expected: > 0)");
        assertRefused(() -> limits.requestLineBytes(0), "limits.requestLineBytes: 0 (expected: > 0)");
        assertRefused(() -> limits.headerBytes(0), "limits.headerBytes: 0 (expected: > 0)");
        assertRefused(() -> limits.queryBytes(0), "limits.queryBytes: 0 (expected: > 0)");
        assertRefused(() -> limits.bodyBytes(0), "limits.bodyBytes: 0 (expected: > 0)");
        assertRefused(
                () -> limits.requestTimeout(Duration.ZERO),
                "limits.requestTimeout: PT0S (expected: 10 ms to 365 days)");
        assertRefused(
                () -> limits.idleTimeout(Duration.ZERO), "limits.idleTimeout: PT0S (expected: 10 ms to 365 days)");
        assertRefused(
                () -> limits.answerTimeout(Duration.ZERO), "limits.answerTimeout: PT0S (expected: 10 ms to 365 days)");
    }

    private static void assertRefused(ThrowingCallable call, String message) {
        assertThatIllegalArgumentException().isThrownBy(call).withMessage(message);
    }

    @Test
    void limitsThatAreBuiltDoNotChange() {
        Limits.Builder builder = Limits.builder().bodyBytes(1);
        Limits built = builder.build();
        builder.bodyBytes(2);
        assertThat(built.bodyBytes()).isEqualTo(1);
    }
}
