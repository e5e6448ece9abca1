package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.fixtures.CuttingProxy;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.RedisProcess;
import dev.freshet.fixtures.ReferenceParser.Event;
import dev.freshet.netty.SseGeneration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Chats in processes of their own on one Redis. */
@Tag("cluster")
class ChatNodesTest {
    private static final String PROMPT = "Where does the river go?";
    private static final String PATH = "/api/chat?id=" + UUID.randomUUID();
    /** A chunk's size, and an event up to the first letters of its data. */
    private static final int INTO_A_WORD = "3a\r\nevent: token\ndata: \"wo".length();

    private static final Duration LONGER_THAN_THE_LEASE = Duration.ofMinutes(2);

    private static NodeProcess chat(RedisProcess redis) throws IOException {
        return NodeProcess.start("chat", "--redis", redis.uri(), "--redis-key", "chat");
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
    void anAnswerIsResumedAtAnotherNodeInTheMiddleOfAWordWhenItsClientsNodeIsKilled(@TempDir Path folder)
            throws Exception {
        try (RedisProcess redis = RedisProcess.start(folder);
                NodeProcess writes = chat(redis);
                NodeProcess dies = chat(redis);
                NodeProcess other = chat(redis);
                CuttingProxy proxy = CuttingProxy.before(dies.port)) {
            ask(writes);
            List<String> tokens = new ArrayList<>();
            String last;
            try (RawSseClient client = at(proxy.port())) {
                assertThat(client.get(PATH).status()).isEqualTo(200);
                assertThat(client.readEvent().type()).isEqualTo("started");
                tokens.add(token(client.readEvent()));
                proxy.cutOpenAfter(INTO_A_WORD, CuttingProxy.Cut.RST);
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
    void anAnswerWhoseWriterIsKilledFailsOnTheOtherNodesAfterItsLease(@TempDir Path folder) throws Exception {
        try (RedisProcess redis = RedisProcess.start(folder);
                NodeProcess dies = chat(redis);
                NodeProcess other = chat(redis);
                RawSseClient client = at(other.port).patience(LONGER_THAN_THE_LEASE)) {
            ask(dies);
            assertThat(client.get(PATH).status()).isEqualTo(200);
            assertThat(client.readEvent().type()).isEqualTo("started");
            List<String> tokens = new ArrayList<>();
            tokens.add(token(client.readEvent()));
            dies.close();
            Event event = client.readEvent();
            while (!event.type().equals("error")) {
                tokens.add(token(event));
                event = client.readEvent();
            }
            assertThat(event.data()).isEqualTo(SseGeneration.FAILED.data());
            assertThat(client.tryReadEvent()).as("its stream ends").isNull();
            assertThat(Storyteller.answer(PROMPT)).startsWith(tokens.toArray(String[]::new));
        }
    }
}
