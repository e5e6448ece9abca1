package dev.freshet.netty;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.harness.RestartPort;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.Tally.Published;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/**
 * A hub and its server: topics at {@code /streams/TOPIC}, answers of so many tokens at {@code POST
 * /answers/TOKENS/chat/completions}, and a page for Chromium. Thread-safe.
 */
final class StreamServer implements Origin {
    private static final Duration HEARTBEAT = Duration.ofSeconds(2);
    private static final Duration RETRY = Duration.ofMillis(50);

    private final SseHub hub = SseHub.create();
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final SseServer server;

    private StreamServer(Wire wire, int port) throws Exception {
        SseServer.Builder builder = SseServer.builder()
                .host("127.0.0.1")
                .port(port)
                .eventLoops(1)
                .heartbeat(HEARTBEAT)
                .retry(RETRY, RETRY)
                .cors(CorsPolicy.builder().anyOrigin().build())
                .requests(pipeline -> pipeline.addLast(new EventSourcePage()))
                .endpoint("/streams/{topic}", request -> SseReply.subscribe(hub, request.pathParameter("topic")))
                .endpoint(
                        "POST",
                        "/answers/{tokens}/chat/completions",
                        request -> answer(Integer.parseInt(request.pathParameter("tokens"))));
        this.server = (wire.tls() ? builder.tls(Tls.serverOf(wire.protocol())) : builder).start();
    }

    static StreamServer start(Wire wire) throws Exception {
        return new StreamServer(wire, RestartPort.next());
    }

    /** Another one, with a hub of its own, at the place of one that has been closed. */
    static StreamServer startAgain(Wire wire, int port) throws Exception {
        return new StreamServer(wire, port);
    }

    /** In the form of an OpenAI-compatible server, each token a number. */
    private SseReply answer(int tokens) {
        return SseReply.stream(executor, emitter -> {
            for (int i = 0; i < tokens; i++) {
                emitter.send(SseEvent.of(
                        "{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":0,\"model\":\"none\","
                                + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + i
                                + "\"},\"finish_reason\":null}]}"));
            }
            emitter.send(SseEvent.of("[DONE]"));
        });
    }

    @Override
    public int port() {
        return server.address().getPort();
    }

    @Override
    public Published publish(String topic, String data) {
        EventId id = hub.publish(topic, SseEvent.of(Told.TICK, data))
                .toCompletableFuture()
                .join();
        return new Published(id, data);
    }

    @Override
    public void close() {
        server.close();
        hub.close();
        executor.shutdownNow();
    }

    static String pathOf(String topic) {
        return "/streams/" + topic;
    }

    static String answerOf(int tokens) {
        return "/answers/" + tokens;
    }

    /** What such an answer has. */
    static List<Published> tokens(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Published(new EventId(0, 0), String.valueOf(i)))
                .toList();
    }
}
