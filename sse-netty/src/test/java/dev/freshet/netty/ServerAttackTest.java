package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.ReferenceParser.Event;
import dev.freshet.harness.ChildJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Strangers with hundreds of connections and requests that do not end, to a server with a small heap: an honest client beside
 * them is served, and nothing is left of them.
 */
class ServerAttackTest {
    private static final int CONNECTIONS = Integer.getInteger("freshet.attack.connections", 60);
    private static final int ATTACKERS = 10;
    private static final int PATIENCE_MILLIS = 60_000;
    /** Of headers and bodies, and what they take beside. */
    private static final int MOST_HELD = (16 + 64 + 16) << 10;

    /** What a connection takes by itself, of which TLS has the most. */
    private static final long CONNECTION_BYTES = 32 << 10;

    /** Of all requests. */
    private static final long MOST_HELD_IN_SUM = (256L << 20) / 8;

    /** What the server makes by itself when it is first used. */
    private static final int SERVER_BYTES = 4 << 20;

    /** The time from the start of an attack in which no request of it times out. */
    private static final long NO_TIMEOUT_NANOS =
            Limits.builder().build().requestTimeout().toNanos() * 3 / 4;

    /** Netty 4.1's allocator pools heap by chunks, of which a few would be more than all that is measured. */
    private static final String SMALL_CHUNKS = "-Dio.netty.allocator.maxOrder=3";

    private static Process process;
    private static BufferedReader answers;
    private static PrintStream questions;
    private static int port;
    private static int tlsPort;
    private static long leastHeld = Long.MAX_VALUE;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Queue<HostileClient> hostile = new ConcurrentLinkedQueue<>();

    @BeforeAll
    static void start() throws IOException {
        process = ChildJvm.of(
                        List.of(
                                "-Xmx256m",
                                "-XX:+ExitOnOutOfMemoryError",
                                "-XX:+UseSerialGC", // the least time for each of many full collections
                                SMALL_CHUNKS,
                                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"),
                        AttackedServer.class)
                .start();
        answers = process.inputReader();
        questions = new PrintStream(process.getOutputStream(), true, StandardCharsets.US_ASCII);
        port = Integer.parseInt(answers.readLine());
        tlsPort = Integer.parseInt(answers.readLine());
    }

    @AfterEach
    void end() throws IOException {
        for (HostileClient client : hostile) {
            client.close();
        }
        threads.shutdownNow();
    }

    @AfterAll
    static void stop() {
        process.destroyForcibly();
    }

    private static long ask(String question) throws IOException {
        questions.println(question);
        String answer = answers.readLine();
        assertThat(answer).as("the server has survived").isNotNull();
        return Long.parseLong(answer);
    }

    @ParameterizedTest
    @EnumSource
    void overHttp1(Attack attack) throws Exception {
        attack("HTTP/1.1", attack, attack.http1(), () -> new Socket("127.0.0.1", port));
    }

    @ParameterizedTest
    @EnumSource
    void overHttp2(Attack attack) throws Exception {
        attack("h2c", attack, attack.http2(), () -> new Socket("127.0.0.1", port));
    }

    @ParameterizedTest
    @EnumSource
    void overTls(Attack attack) throws Exception {
        SSLContext context = Tls.trustingAll();
        attack("h2", attack, attack.http2(), () -> {
            SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", tlsPort);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket;
        });
    }

    private interface Connect {
        Socket connect() throws IOException;
    }

    private void attack(String protocol, Attack attack, byte[] bytes, Connect connect) throws Exception {
        leastHeld = Math.min(leastHeld, ask(AttackedServer.MEMORY)); // what was closed last may not be gone yet
        long before = leastHeld;
        long began = System.nanoTime();
        try (RawSseClient honest = RawSseClient.connect("127.0.0.1", port)) {
            assertThat(honest.get("/events").status()).isEqualTo(200);
            AtomicBoolean over = new AtomicBoolean();
            CompletableFuture<long[]> served = CompletableFuture.supplyAsync(() -> follow(honest, over), threads);
            CompletableFuture<?>[] attackers = new CompletableFuture<?>[ATTACKERS];
            for (int i = 0; i < ATTACKERS; i++) {
                attackers[i] = CompletableFuture.runAsync(() -> attack(protocol, bytes, connect), threads);
            }
            CompletableFuture<Void> sent = CompletableFuture.allOf(attackers);
            do {
                assertServes();
            } while (!sent.isDone());
            sent.join();
            long most = attack == Attack.UNTAKEN_ANSWERS
                    ? MOST_HELD_IN_SUM + CONNECTIONS * CONNECTION_BYTES
                    : CONNECTIONS * (MOST_HELD + CONNECTION_BYTES) + SERVER_BYTES;
            long held = ask(AttackedServer.MEMORY) - before;
            while (held >= most && System.nanoTime() - began < NO_TIMEOUT_NANOS) { // while frames are processed
                held = ask(AttackedServer.MEMORY) - before;
            }
            assertServes();
            for (HostileClient client : hostile) {
                client.close();
            }
            over.set(true);
            long[] latencies = served.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            assertThat(latencies).isNotEmpty();
            Arrays.sort(latencies);
            System.out.printf(
                    "%-8s %-26s %6d KiB sent, %6d KiB held a connection, p99 %d ms of %d ticks%n",
                    protocol,
                    attack,
                    bytes.length >> 10,
                    (held >> 10) / CONNECTIONS,
                    latencies[latencies.length * 99 / 100],
                    latencies.length);
            assertThat(held).as("bytes held of %s over %s", attack, protocol).isLessThan(most);
            while (ask(AttackedServer.OPEN) > 1) {
                assertServes();
            }
        }
    }

    private record Tick(long number, long millis) {}

    private static Tick readTick(RawSseClient client) throws IOException {
        Event event = client.readEvent();
        while (!event.type().equals("tick")) {
            event = client.readEvent();
        }
        String[] fields = event.data().split(" ");
        return new Tick(Long.parseLong(fields[0]), Long.parseLong(fields[1]));
    }

    private void attack(String protocol, byte[] bytes, Connect connect) {
        for (int i = 0; i < CONNECTIONS / ATTACKERS; i++) {
            try {
                HostileClient client = new HostileClient(connect.connect());
                hostile.add(client);
                if (protocol.equals("HTTP/1.1")) {
                    client.send(bytes);
                } else {
                    client.sendFrames(bytes);
                }
            } catch (IOException e) {
                // the server has had enough of it
            }
        }
    }

    /** A new client gets a stream, and an answer to what it posts. */
    private void assertServes() throws IOException {
        try (RawSseClient client = RawSseClient.connect("127.0.0.1", port)) {
            client.send("POST /take HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi");
            assertThat(client.readHead().status()).isEqualTo(204);
            assertThat(client.get("/events").status()).isEqualTo(200);
            readTick(client);
        }
    }

    /** Reads until it is over, and finds every tick in its place; returns how many milliseconds each was under way. */
    private static long[] follow(RawSseClient client, AtomicBoolean over) {
        try {
            LongStream.Builder latencies = LongStream.builder();
            long next = readTick(client).number() + 1;
            for (; !over.get(); next++) {
                Tick tick = readTick(client);
                assertThat(tick.number()).isEqualTo(next);
                latencies.add(System.currentTimeMillis() - tick.millis());
            }
            return latencies.build().toArray();
        } catch (IOException e) {
            throw new AssertionError("the honest client is served no more", e);
        }
    }
}
