package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.harness.ChildJvm;
import dev.freshet.hub.SseHub;
import io.netty.channel.ChannelOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Clients that read nothing leave room in the direct memory for one that comes back. */
class StreamLoadSheddingMemoryTest {
    private static final long PATIENCE_SECONDS = 120;
    private static final int EVENTS = 8_000;
    private static final int STUCK = 800;
    private static final int SOCKET_BYTES = 4 << 10;

    /** Prints how many events of those retained a client gets that comes back while others read nothing. */
    static final class Main {
        private Main() {}

        public static void main(String[] args) throws Exception {
            try (SseHub hub = SseHub.create();
                    SseServer server = ServerFixture.local()
                            .requests(requests ->
                                    requests.channel().config().setOption(ChannelOption.SO_SNDBUF, SOCKET_BYTES))
                            .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                            .start()) {
                List<String> ids = new ArrayList<>();
                for (int i = 0; i < EVENTS; i++) {
                    ids.add(hub.publish("t", SseEvent.of("x".repeat(1 << 10)))
                            .toCompletableFuture()
                            .join()
                            .toString());
                }
                List<RawSseClient> stuck = new ArrayList<>();
                addTo(stuck, server, ids, STUCK / 2);
                RawSseClient client = RawSseClient.connect(
                                "127.0.0.1", server.address().getPort())
                        .without("stream-open");
                client.get("/events", "Last-Event-ID: earliest");
                int events = 0;
                while (events < EVENTS / 2 && client.tryReadEvent() != null) {
                    events++;
                }
                addTo(stuck, server, ids, STUCK);
                while (events < EVENTS && client.tryReadEvent() != null) {
                    events++;
                }
                System.out.println(events);
                System.out.flush();
                Runtime.getRuntime().halt(0);
            }
        }

        /** Each at another place. */
        private static void addTo(List<RawSseClient> stuck, SseServer server, List<String> ids, int count)
                throws Exception {
            while (stuck.size() < count) {
                RawSseClient client =
                        RawSseClient.connect("127.0.0.1", server.address().getPort(), SOCKET_BYTES);
                client.send("GET /events HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: " + ids.get(5 * stuck.size())
                        + "\r\n\r\n");
                stuck.add(client);
            }
        }
    }

    @Test
    void aClientThatComesBackGetsAllThatIsRetained() throws Exception {
        Process process = ChildJvm.of(
                        List.of("-Xmx192m", "-XX:MaxDirectMemorySize=24m", "-XX:+DisableExplicitGC"), Main.class)
                .start();
        try (var out = process.inputReader()) {
            String events = out.readLine();
            assertThat(events).as("it ended early where there is none").isNotNull();
            assertThat(Integer.parseInt(events)).isEqualTo(EVENTS);
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
    }
}
