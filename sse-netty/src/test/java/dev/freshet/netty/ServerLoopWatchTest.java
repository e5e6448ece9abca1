package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.freshet.event.ResumeOutcome;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.harness.ChildJvm;
import dev.freshet.hub.SseHub;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of a server that loses an event loop. */
class ServerLoopWatchTest extends ServerFixture {
    private final Recorder recorder = new Recorder();
    private final CompletableFuture<Throwable> told = new CompletableFuture<>();

    /** An error of a task, which logging it raises again, as where there is no memory for either: it ends the loop. */
    private static final class EndOfLoop extends Error {
        private static final long serialVersionUID = 1;
        private final AtomicBoolean raisedAgain = new AtomicBoolean();

        EndOfLoop() {
            super("as the test wants", null, false, false);
        }

        @Override
        public void printStackTrace(PrintStream out) {
            if (!raisedAgain.getAndSet(true)) {
                throw this;
            }
            out.println(this);
        }
    }

    private static void end(EventLoop loop) {
        loop.execute(() -> {
            throw new EndOfLoop();
        });
    }

    static Stream<Arguments> transportsAndLoops() {
        return transports().flatMap(transport -> Stream.of(0, 1).map(loop -> Arguments.of(transport, loop)));
    }

    private SseServer serve(Transport transport) {
        return start(SseServer.builder()
                .host("127.0.0.1")
                .port(0)
                .eventLoops(2)
                .transport(transport)
                .listener(new SseListener() {
                    @Override
                    public void opened(SseConnection connection, ResumeOutcome outcome) {
                        recorder.opened(connection, outcome);
                    }

                    @Override
                    public void closed(SseConnection connection, CloseReason reason) {
                        recorder.closed(connection, reason);
                    }

                    @Override
                    public void failed(Throwable error) {
                        told.complete(error);
                    }
                })
                .limits(Limits.builder().connections(2).build())
                .endpoint("/events", request -> SseReply.subscribe(hub, "t")));
    }

    @ParameterizedTest
    @MethodSource("transportsAndLoops")
    void itIsToldItsClientsAreClosedAndNobodyComesToADeadOne(Transport transport, int dead) throws Exception {
        SseServer server = serve(transport);
        assertThat(server.health()).isEqualTo(SseHealth.SERVING);
        RawSseClient[] clients = {follower(server), follower(server)};
        SseConnection[] streams = {recorder.nextOpened(), recorder.nextOpened()};
        assertThat(loopOf(streams[0])).isNotEqualTo(loopOf(streams[1]));

        end(loopOf(streams[dead])); // the listening socket is on one of the two
        assertThat(told.get(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isInstanceOf(NettyVersion.IS_42 ? EndOfLoop.class : IllegalStateException.class); // 4.1 keeps it
        assertThat(server.health()).isEqualTo(SseHealth.FAILED);
        assertThat(clients[dead].tryReadEvent()).isNull();
        recorder.nextClosed();
        assertThat(server.connections().count()).isEqualTo(1);

        publish("a");
        assertThat(clients[1 - dead].readEvent().data()).isEqualTo("a");
        assertNobodyListens(server);
        server.shutdown(Duration.ofSeconds(1)).toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(server.health()).isEqualTo(SseHealth.FAILED);
        recorder.assertOneClosedForEachOpened();
    }

    /** Told before it was closed, where that is on another event loop. */
    private static void assertNobodyListens(SseServer server) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> {
            while (System.nanoTime() < end) {
                try {
                    RawSseClient.connect("127.0.0.1", server.address().getPort())
                            .close();
                } catch (ConnectException e) {
                    throw e;
                } catch (IOException e) {
                    // closed as it was accepted
                }
            }
        });
    }

    @Test
    void aServerThatShutsDownIsStopping() throws Exception {
        SseServer server = serve(Transport.NIO);
        server.shutdown(Duration.ofSeconds(1)).toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(server.health()).isEqualTo(SseHealth.STOPPING);
        assertThat(told).isNotDone();
    }

    /** Serves, and loses its event loop when told to. */
    static final class Main {
        private Main() {}

        public static void main(String[] args) throws Exception {
            try (SseHub hub = SseHub.create()) {
                CompletableFuture<EventLoop> loop = new CompletableFuture<>();
                SseServer server = local().failurePolicy(FailurePolicy.HALT)
                        .requests(pipeline -> loop.complete(pipeline.channel().eventLoop()))
                        .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                        .start();
                try (RawSseClient client =
                        RawSseClient.connect("127.0.0.1", server.address().getPort())) {
                    client.get("/events");
                    end(loop.get());
                    client.tryReadEvent();
                    new CountDownLatch(1)
                            .await(PATIENCE_SECONDS, TimeUnit.SECONDS); // the halt comes behind the end of the stream
                }
            }
            System.exit(0);
        }
    }

    @Test
    void aProcessThatAsksForItIsHalted() throws Exception {
        Process process = ChildJvm.of(ChildJvm.SHORT_LIVED, Main.class)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(3);
        } finally {
            process.destroyForcibly();
        }
    }
}
