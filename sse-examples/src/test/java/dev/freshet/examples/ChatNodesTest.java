package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.CuttingProxy;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.ReferenceParser.Event;
import dev.freshet.harness.Conditions;
import dev.freshet.harness.RedisProcess;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.SseGeneration;
import dev.freshet.netty.redis.RedisEventStore;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Chats in processes of their own on one Redis. */
@Tag("cluster")
class ChatNodesTest {
    private static final String PROMPT = "Where does the river go?";
    private static final UUID ID = UUID.randomUUID();
    private static final String PATH = "/api/chat?id=" + ID;
    private static final String KEY = "chat";
    /** A chunk's size, and a token's event up to the first letters of its data. */
    private static final int INTO_A_TOKEN = "3a\r\nevent: token\ndata: \"wo".length();

    /** The lease that the chats have. */
    private static final Duration LEASE = Duration.ofSeconds(30);

    private static final int PATIENCE_SECONDS = 30;

    private static final Duration LONGER_THAN_THE_LEASE = Duration.ofMinutes(2);

    private static NodeProcess chat(RedisProcess redis) throws IOException {
        return NodeProcess.start("chat", "--redis", redis.uri(), "--redis-key", KEY);
    }

    private static RawSseClient at(int port) throws IOException {
        return RawSseClient.connect("127.0.0.1", port);
    }

    private static void ask(NodeProcess node) throws IOException {
        try (RawSseClient client = at(node.port)) {
            int length = PROMPT.getBytes(StandardCharsets.UTF_8).length;
            client.send(
                    "POST " + PATH + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + length + "\r\n\r\n" + PROMPT);
            assertThat(client.readHead().status()).isEqualTo(200);
            assertThat(client.readEvent().type()).isEqualTo("started");
        }
    }

    private static String token(Event event) {
        assertThat(event.type()).isEqualTo("token");
        return Caller.json(event.data()).asString();
    }

    @Test
    void anAnswerIsResumedAtAnotherNodeInTheMiddleOfATokenWhenItsClientsNodeIsKilled(@TempDir Path folder)
            throws Exception {
        try (RedisProcess redis = RedisProcess.start(folder);
                NodeProcess writes = chat(redis);
                NodeProcess dies = chat(redis);
                NodeProcess other = chat(redis);
                CuttingProxy proxy = CuttingProxy.before(dies.port)) {
            ask(writes);
            List<String> tokens = new ArrayList<>();
            String last;
            try (RawSseClient client = following(proxy.port())) {
                assertThat(client.readEvent().type()).isEqualTo("started");
                tokens.add(token(client.readEvent()));
                proxy.cutOpenAfter(INTO_A_TOKEN, CuttingProxy.Cut.RST);
                assertThatThrownBy(() -> {
                            while (true) {
                                tokens.add(token(client.readEvent()));
                            }
                        })
                        .isInstanceOf(IOException.class);
                last = client.lastEventId();
            }
            dies.close();
            try (RawSseClient client = at(other.port)) {
                assertThat(client.get(PATH, "Last-Event-ID: " + last).header("sse-resume"))
                        .isEqualTo("resumed");
                for (Event event = client.readEvent(); !event.type().equals("done"); event = client.readEvent()) {
                    tokens.add(token(event));
                }
                assertThat(client.tryReadEvent()).as("its stream ends").isNull();
            }
            assertThat(tokens).isEqualTo(Storyteller.answer(PROMPT));
        }
    }

    @Test
    void anAnswerIsResumedAtAnotherNodeBetweenTwoTokensOfAWordWhenItsClientsNodeIsKilled(@TempDir Path folder)
            throws Exception {
        List<String> read = List.of("It ", "go", "es ", "down", "str");
        List<String> missed = List.of("ea", "m ", "to ", "the ", "es", "tu", "ary.");
        try (RedisProcess redis = RedisProcess.start(folder);
                NodeProcess dies = chat(redis);
                NodeProcess other = chat(redis);
                RedisEventStore store =
                        RedisEventStore.builder(redis.uri(), KEY).build();
                SseHub hub = SseHub.builder()
                        .store(store)
                        .lease("answers/*", LEASE, SseGeneration.FAILED)
                        .build()) {
            SseGeneration answer = SseGeneration.start(hub, "answers/" + ID);
            publish(answer, read);
            String last;
            try (RawSseClient client = following(dies.port)) {
                for (String token : read) {
                    assertThat(token(client.readEvent())).isEqualTo(token);
                }
                dies.close();
                publish(answer, missed);
                assertThatThrownBy(client::readEvent)
                        .isInstanceOf(IOException.class)
                        .isNotInstanceOf(SocketTimeoutException.class);
                last = client.lastEventId();
            }
            answer.complete().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            try (RawSseClient client = at(other.port)) {
                assertThat(client.get(PATH, "Last-Event-ID: " + last).header("sse-resume"))
                        .isEqualTo("resumed");
                for (String token : missed) {
                    assertThat(token(client.readEvent())).isEqualTo(token);
                }
                assertThat(client.readEvent().type()).isEqualTo("done");
                assertThat(client.tryReadEvent()).as("its stream ends").isNull();
            }
        }
    }

    private static void publish(SseGeneration answer, List<String> tokens) throws Exception {
        for (String token : tokens) {
            answer.publish(SseEvent.json("token", token)).toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** Returns a client that follows the answer once the node has read its start. */
    private static RawSseClient following(int port) throws IOException {
        AtomicReference<RawSseClient> following = new AtomicReference<>();
        Conditions.await("the answer is known", () -> {
            RawSseClient client = at(port);
            following.set(client);
            if (client.get(PATH).status() == 200) {
                return true;
            }
            client.close();
            return false;
        });
        return following.get();
    }

    @Test
    void anAnswerWhoseWriterIsKilledFailsOnTheOtherNodesAfterItsLease(@TempDir Path folder) throws Exception {
        try (RedisProcess redis = RedisProcess.start(folder);
                NodeProcess dies = chat(redis);
                NodeProcess other = chat(redis)) {
            ask(dies);
            List<String> tokens = new ArrayList<>();
            try (RawSseClient client = following(other.port).patience(LONGER_THAN_THE_LEASE)) {
                assertThat(client.readEvent().type()).isEqualTo("started");
                tokens.add(token(client.readEvent()));
                dies.close();
                Event event = client.readEvent();
                while (!event.type().equals("error")) {
                    tokens.add(token(event));
                    event = client.readEvent();
                }
                assertThat(event.data()).isEqualTo(SseGeneration.FAILED.data());
                assertThat(client.tryReadEvent()).as("its stream ends").isNull();
            }
            assertThat(Storyteller.answer(PROMPT)).startsWith(tokens.toArray(String[]::new));
        }
    }
}
