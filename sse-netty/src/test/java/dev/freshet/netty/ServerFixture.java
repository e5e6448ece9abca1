package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.freshet.codec.EventDecoder;
import dev.freshet.event.EventId;
import dev.freshet.event.ResumeOutcome;
import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.hub.SseHub;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;

/** A hub and servers on the loopback, with clients; all closed after each test. */
abstract class ServerFixture {
    /** Longer than a busy machine may take for a few steps, shorter than the time that a server gives a request. */
    static final long PATIENCE_SECONDS = 25;

    SseHub hub = SseHub.create();
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    static SseServer.Builder local() {
        return SseServer.builder().host("127.0.0.1").port(0).eventLoops(1).transport(Transport.NIO);
    }

    /** Returns limits with a short close timeout, for servers with clients that do not read. */
    static Limits.Builder closingSoon() {
        return Limits.builder().closeTimeout(Duration.ofMillis(100), Duration.ofSeconds(1));
    }

    /** All that there are; Netty 4.1 has no io_uring. */
    static Stream<Transport> transports() {
        return Arrays.stream(Transport.values())
                .filter(transport -> transport != Transport.IO_URING || NettyVersion.IS_42);
    }

    static Stream<Transport> nativeTransports() {
        return transports().filter(transport -> transport == Transport.EPOLL || transport == Transport.IO_URING);
    }

    /** An event loop of a server's kind. */
    static EventLoopGroup loop() {
        ServerAcceptor acceptor = new ServerAcceptor(Limits.defaults(), RequestPolicy.OPEN);
        return new ServerLoops(Transport.NIO, 1, acceptor, (loop, error) -> {}).group();
    }

    SseServer start(SseServer.Builder builder) {
        SseServer server = builder.start();
        opened.push(server);
        return server;
    }

    /** A server with one endpoint. */
    SseServer serve(SseEndpoint endpoint) {
        return start(local().endpoint("/events", endpoint));
    }

    /** A server with the topic {@code t} at {@code /events}. */
    SseServer serve() {
        return serve(request -> SseReply.subscribe(hub, "t"));
    }

    RawSseClient client(SseServer server) throws IOException {
        return client(server, 0);
    }

    RawSseClient client(SseServer server, int receiveBuffer) throws IOException {
        return kept(RawSseClient.connect("127.0.0.1", server.address().getPort(), receiveBuffer));
    }

    /** A client that has sent this, whatever it is. */
    RawSseClient sending(SseServer server, String request) throws IOException {
        RawSseClient client = client(server);
        client.send(request);
        return client;
    }

    /** One that hears the opening of a stream, too. */
    RawSseClient listener(SseServer server, String... headers) throws IOException {
        RawSseClient client = client(server).without();
        assertThat(client.get("/events", headers).status()).isEqualTo(200);
        return client;
    }

    RawSseClient client(int port) throws IOException {
        return kept(RawSseClient.connect("127.0.0.1", port));
    }

    private RawSseClient kept(RawSseClient client) {
        opened.push(client);
        return client.without("stream-open");
    }

    /** To be closed after the test. */
    <T extends AutoCloseable> T keep(T resource) {
        opened.push(resource);
        return resource;
    }

    /** A client whose stream has begun. */
    RawSseClient follower(SseServer server, String... headers) throws IOException {
        RawSseClient client = client(server);
        assertThat(client.get("/events", headers).status()).isEqualTo(200);
        return client;
    }

    EventId publish(String data) {
        return publish(SseEvent.of(data));
    }

    EventId publish(SseEvent event) {
        return hub.publish("t", event).toCompletableFuture().join();
    }

    /** What is executed there has its turn behind what the stream has to do already. */
    static EventLoop loopOf(SseConnection stream) {
        return ((StreamBase) stream).channel.eventLoop();
    }

    /** Has an event loop do nothing until the latch is open, and waits until it has done what it was given before. */
    static void hold(EventLoop loop, CountDownLatch until) {
        CountDownLatch held = new CountDownLatch(1);
        loop.execute(() -> {
            held.countDown();
            awaitUninterruptibly(until);
        });
        awaitUninterruptibly(held);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until neither socket takes any more of what is sent to a client that does not read. */
    static void untilFull(SseConnection connection) throws Exception {
        Channel channel = ((StreamBase) connection).channel;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        // Between the tasks of the event loop, for in the middle of one it may be full, and then not be.
        while (loopOf(connection).submit(channel::isWritable).get(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            assertThat(System.nanoTime()).as("the sockets are full by then").isLessThan(end);
        }
    }

    /** What each of a few clients is told last. */
    static final String FAREWELL = "retry: [12][0-9]{3}\n";

    /** What comes before the farewell that it must end with. */
    static String beforeFarewell(String body) {
        assertThat(body).matches("(?s).*" + FAREWELL);
        return body.substring(0, body.lastIndexOf("retry: "));
    }

    /** The rest of the body, up to the end of the connection. */
    static String rest(RawSseClient client) throws IOException {
        return new String(client.readToEnd(), StandardCharsets.UTF_8);
    }

    /** Nothing more comes, also behind a body in chunks, whose end is not that of the connection. */
    static void assertConnectionEnds(RawSseClient client) {
        assertThatExceptionOfType(EOFException.class).isThrownBy(() -> client.readBytes(1));
    }

    /** The fields of a head without its date, which changes. */
    static Map<String, String> undated(RawSseClient.Head head) {
        Map<String, String> fields = new HashMap<>(head.headers());
        assertThat(fields.remove("date")).isNotNull();
        return fields;
    }

    /** The body that the head tells the length of. */
    static String body(RawSseClient client, RawSseClient.Head head) throws IOException {
        String length = head.header("Content-Length");
        return new String(client.readBytes(length == null ? 0 : Integer.parseInt(length)), StandardCharsets.UTF_8);
    }

    @AfterEach
    void closeAll() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
        hub.close();
    }

    /** Takes down what it hears. */
    static final class Recorder implements SseListener {
        final BlockingQueue<SseConnection> opened = new LinkedBlockingQueue<>();
        final BlockingQueue<SseConnection> lagged = new LinkedBlockingQueue<>();
        final BlockingQueue<CloseReason> closed = new LinkedBlockingQueue<>();
        private final Map<SseConnection, AtomicInteger> balance = new ConcurrentHashMap<>();
        private final AtomicInteger unopened = new AtomicInteger();

        @Override
        public void opened(SseConnection connection, ResumeOutcome outcome) {
            balance.put(connection, new AtomicInteger());
            opened.add(connection);
        }

        @Override
        public void lagged(SseConnection connection) {
            lagged.add(connection);
        }

        @Override
        public void closed(SseConnection connection, CloseReason reason) {
            AtomicInteger count = balance.get(connection);
            (count == null ? unopened : count).incrementAndGet();
            closed.add(reason);
        }

        SseConnection nextOpened() throws InterruptedException {
            SseConnection connection = opened.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(connection).as("a stream that opened").isNotNull();
            return java.util.Objects.requireNonNull(connection);
        }

        CloseReason nextClosed() throws InterruptedException {
            CloseReason reason = closed.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(reason).as("why a stream closed").isNotNull();
            return java.util.Objects.requireNonNull(reason);
        }

        /** Once the server has ended. */
        void assertOneClosedForEachOpened() {
            assertThat(unopened).hasValue(0);
            assertThat(balance.values()).isNotEmpty().allSatisfy(count -> assertThat(count)
                    .hasValue(1));
        }
    }

    /** The data of so many events behind the opening of a stream. */
    static List<String> readData(InputStream in, int count) throws Exception {
        List<String> events = new ArrayList<>();
        EventDecoder decoder = new EventDecoder((type, data, lastEventId) -> {
            if (!type.equals("stream-open")) {
                events.add(data);
            }
        });
        byte[] buffer = new byte[8 << 10];
        while (events.size() < count) {
            int read = in.read(buffer);
            assertThat(read).as("the stream goes on").isPositive();
            decoder.feed(ByteBuffer.wrap(buffer, 0, read));
        }
        return events;
    }

    /** Has a handler of an application's own pipeline listen on one event loop; returns the port. */
    final int listen(SseHandler handler) throws InterruptedException {
        EventLoopGroup loops = loop();
        keep(() -> loops.shutdownGracefully(0, 0, TimeUnit.SECONDS).sync());
        Channel listening = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new HttpServerCodec(), handler);
                    }
                })
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }
}
