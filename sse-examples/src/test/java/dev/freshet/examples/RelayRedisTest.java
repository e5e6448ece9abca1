package dev.freshet.examples;

import static dev.freshet.harness.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.ReferenceParser;
import dev.freshet.harness.RedisProcess;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.SseServer;
import dev.freshet.netty.redis.RedisEventStore;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Relays on one Redis. */
@Tag("cluster")
class RelayRedisTest {
    /** A marker, and notes, which no hub shows to anybody. */
    private static final String LONG_HISTORY = """
            local time = ARGV[2]
            redis.call('XADD', KEYS[1], time .. '-0', 'h', '1 ' .. time .. '-0 - t 0-0 -', 'e', 'MARKER')
            for i = 2, ARGV[1] do
              redis.call('XADD', KEYS[1], time .. '-' .. (i - 1), 'h', '1 ' .. time .. '-0 - t', 'e', 'NOTE')
            end
            """;

    private static final Pattern THREAD_OF_A_STORE = Pattern.compile("lettuce-|freshet-redis-");

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private RedisProcess redis;

    @BeforeEach
    void startRedis() throws Exception {
        redis = keep(RedisProcess.start(folder, "--appendonly", "yes"));
    }

    @AfterEach
    void closeAll() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    private <T extends AutoCloseable> T keep(T resource) {
        opened.push(resource);
        return resource;
    }

    private Relay relay() {
        RedisEventStore store =
                keep(RedisEventStore.builder(redis.uri(), "events").build());
        SseServer.Builder server = SseServer.builder().host("127.0.0.1").port(0).eventLoops(1);
        return keep(Relay.start(SseHub.builder().store(store), server, new Guard()));
    }

    private RawSseClient follow(Relay relay, String... headers) throws Exception {
        RawSseClient client =
                keep(RawSseClient.connect("127.0.0.1", relay.server().address().getPort()));
        client.without("stream-open").get("/events?topic=t", headers);
        return client;
    }

    private CompletableFuture<HttpResponse<String>> publishing(Relay relay, String data) {
        return publishing(relay.server().address().getPort(), data);
    }

    private CompletableFuture<HttpResponse<String>> publishing(int port, String data) {
        URI uri = URI.create("http://127.0.0.1:" + port + "/publish?topic=t");
        return http.sendAsync(
                HttpRequest.newBuilder(uri).POST(BodyPublishers.ofString(data)).build(), BodyHandlers.ofString());
    }

    @Test
    void aClientResumesOnTheOtherRelay() throws Exception {
        Relay one = relay();
        Relay other = relay();
        RawSseClient client = follow(one);
        publishing(other, "first").join();
        assertThat(client.readEvent().data()).isEqualTo("first");
        client.close();
        publishing(one, "second").join();

        RawSseClient moved = follow(other, "Last-Event-ID: " + client.lastEventId());

        assertThat(moved.readEvent().data()).isEqualTo("second");
    }

    @Test
    void whileRedisIsAwayNobodyIsDisconnectedAndAPublishWaits() throws Exception {
        Relay one = relay();
        Relay other = relay();
        RawSseClient client = follow(one);
        publishing(other, "before").join();
        assertThat(client.readEvent().data()).isEqualTo("before");

        redis.stop();
        CompletableFuture<HttpResponse<String>> meanwhile = publishing(other, "meanwhile");
        redis.startAgain();

        assertThat(client.readEvent().data()).isEqualTo("meanwhile");
        assertThat(meanwhile.join().statusCode()).isEqualTo(200);
    }

    @Test
    void afterAFlushTheClientsOfBothAreResetOnAnyAndGoOn() throws Exception {
        Relay one = relay();
        Relay other = relay();
        RawSseClient ofOne = follow(one);
        RawSseClient ofOther = follow(other);
        publishing(one, "before").join();
        assertThat(ofOne.readEvent().data()).isEqualTo("before");
        assertThat(ofOther.readEvent().data()).isEqualTo("before");

        redis.call("FLUSHALL");
        publishing(one, "after").join();

        assertThat(ofOne.tryReadEvent()).as("its stream ends").isNull();
        assertThat(ofOther.tryReadEvent()).isNull();
        RawSseClient moved = follow(other, "Last-Event-ID: " + ofOne.lastEventId());
        RawSseClient back = follow(one, "Last-Event-ID: " + ofOne.lastEventId());
        assertThat(moved.readEvent().type()).isEqualTo("stream-reset");
        assertThat(back.readEvent().type()).isEqualTo("stream-reset");
        publishing(other, "later").join();
        assertThat(moved.readEvents(2)).extracting(ReferenceParser.Event::data).containsExactly("after", "later");
        assertThat(back.readEvents(2)).extracting(ReferenceParser.Event::data).containsExactly("after", "later");
    }

    @Test
    void whatRedisRefusesIsAnswered503() throws Exception {
        Relay relay = relay();
        redis.call("CONFIG", "SET", "maxmemory", "1");

        assertThat(publishing(relay, "one").join().statusCode()).isEqualTo(503);
    }

    @ParameterizedTest
    @CsvSource({"--retention-age 2h, 300, PT90M", "--retention-events 300000, 260000, PT1M"})
    void whatTheRelayRetainsStaysInRedis(String option, String entries, Duration age) throws Exception {
        String time = Long.toString(System.currentTimeMillis() - age.toMillis());
        redis.call("EVAL", LONG_HISTORY, "1", "freshet", entries, time);
        NodeProcess relay = keep(NodeProcess.start("relay", ("--redis " + redis.uri() + " " + option).split(" ", -1)));

        assertThat(publishing(relay.port, "one").join().statusCode()).isEqualTo(200);

        assertThat(redis.call("XLEN", "freshet")).isEqualTo(Integer.toString(Integer.parseInt(entries) + 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"relay", "chat"})
    void aPortThatIsTakenLeavesNoThreadOfTheStore(String command) throws Exception {
        Set<Thread> threads = threadsOfStores(); // such as those of the tests before, which are about to end
        StringWriter err = new StringWriter();
        CommandLine commandLine = Main.commandLine().setErr(new PrintWriter(err));
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String[] arguments = {command, "--port", Integer.toString(taken.getLocalPort()), "--redis", redis.uri()};

            assertThat(commandLine.execute(arguments)).isEqualTo(2);
        }

        assertThat(err.toString().lines()).singleElement().asString().contains("cannot listen at");
        await("no thread is left", () -> leftBeside(threads).isEmpty());
    }

    private static Set<Thread> leftBeside(Set<Thread> before) {
        Set<Thread> left = threadsOfStores();
        left.removeAll(before);
        return left;
    }

    private static Set<Thread> threadsOfStores() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> THREAD_OF_A_STORE.matcher(thread.getName()).lookingAt())
                .collect(Collectors.toSet());
    }

    @ParameterizedTest
    @CsvSource({
        "--redis redis://127.0.0.1:1, 'refused'",
        "--redis http://127.0.0.1:1, '--redis: '",
        "--redis-key a, '--redis-key: a (expected: with --redis)'",
        "--redis redis://127.0.0.1:1 --redis-key a}b, '--redis-key: \"a}b\"'"
    })
    void whatCannotBeIsOneLineAndExitCodeTwo(String options, String message) {
        StringWriter err = new StringWriter();
        CommandLine commandLine = Main.commandLine().setErr(new PrintWriter(err));

        assertThat(commandLine.execute(("relay --port 0 " + options).split(" ", -1)))
                .isEqualTo(2);

        assertThat(err.toString().lines()).singleElement().asString().contains(message);
    }
}
