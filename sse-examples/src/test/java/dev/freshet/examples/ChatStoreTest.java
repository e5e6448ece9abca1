package dev.freshet.examples;

import static dev.freshet.harness.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.ReferenceParser.Event;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.SseServer;
import dev.freshet.store.DelegatingStore;
import dev.freshet.store.EventStore;
import dev.freshet.store.MemoryStore;
import dev.freshet.store.StoredEntry;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The chat whose answers are kept outside its process. */
class ChatStoreTest {
    private static final String PROMPT = "Where does the river go?";
    private static final int TOKENS = Storyteller.answer(PROMPT).size();
    private static final String ID = UUID.randomUUID().toString();

    private static Chat chat(EventStore store, Duration pace) {
        return chat(store, pace, Program.scheduler("pen"));
    }

    private static Chat chat(EventStore store, Duration pace, ScheduledExecutorService pen) {
        return Chat.start(
                SseHub.builder().store(store),
                pace,
                pen,
                SseServer.builder().host("127.0.0.1").port(0));
    }

    private static RawSseClient ask(RawSseClient client) throws Exception {
        byte[] body = PROMPT.getBytes(StandardCharsets.UTF_8);
        client.send("POST /api/chat?id=" + ID + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length
                + "\r\n\r\n"
                + PROMPT);
        assertThat(client.readHead().status()).isEqualTo(200);
        assertThat(client.readEvent().type()).isEqualTo("started");
        return client;
    }

    @Test
    void anAnswerIsResumedAtAnotherNode() throws Exception {
        MemoryStore store = new MemoryStore();
        try (Chat first = chat(store, Duration.ofMillis(1));
                Chat second = chat(store, Duration.ofMillis(1));
                RawSseClient client = ask(new Caller(first.server()).connect())) {
            List<String> tokens = new ArrayList<>();
            tokens.add(token(client.readEvent()));
            client.cut();
            try (RawSseClient other = new Caller(second.server())
                    .follow("/api/chat?id=" + ID, "Last-Event-ID: " + client.lastEventId())) {
                for (Event event = other.readEvent(); !event.type().equals("done"); event = other.readEvent()) {
                    tokens.add(token(event));
                }
            }
            assertThat(tokens).isEqualTo(Storyteller.answer(PROMPT));
        }
    }

    @Test
    void anAnswerIsStoppedAtAnotherNode() throws Exception {
        MemoryStore store = new MemoryStore();
        try (Chat first = chat(store, Duration.ofMinutes(1));
                Chat second = chat(store, Duration.ofMinutes(1));
                RawSseClient client = ask(new Caller(first.server()).connect())) {
            Caller other = new Caller(second.server());
            assertThat(other.post("/api/chat/stop?id=" + ID, "").statusCode()).isEqualTo(204);
            assertThat(client.readEvent().type()).isEqualTo("cancelled");
            assertThat(client.tryReadEvent()).isNull();
            assertThat(other.post("/api/chat/stop?id=" + ID, "").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void anAnswerOfWhichATokenIsNotKeptIsWrittenNoFurther() throws Exception {
        MemoryStore store = new MemoryStore();
        store.failOnce(entry -> new String(entry.body(), StandardCharsets.UTF_8).contains("event: token"));
        try (Chat chat = chat(store, Duration.ofMillis(1));
                RawSseClient client = ask(new Caller(chat.server()).connect())) {
            assertThat(client.readEvent().type()).isEqualTo("error");
            assertThat(client.tryReadEvent()).isNull();
        }
    }

    @Test
    void anAnswerOfWhichTheLastTokenIsNotKeptIsNotToldAsWhole() throws Exception {
        HoldingStore holding = new HoldingStore(new MemoryStore(), TOKENS);
        ScheduledThreadPoolExecutor pen = new ScheduledThreadPoolExecutor(1);
        try (Chat chat = chat(holding, Duration.ofMillis(1), pen);
                RawSseClient client = ask(new Caller(chat.server()).connect())) {
            assertThat(client.readEvents(TOKENS - 1)).extracting(Event::type).containsOnly("token");
            await("the last token, and nothing to do", () -> holding.tokens.get() == TOKENS && isIdle(pen));
            holding.held.completeExceptionally(new IOException("full"));
            assertThat(client.readEvent().type()).isEqualTo("error");
            assertThat(client.tryReadEvent()).isNull();
        }
    }

    @Test
    void anAnswerIsWrittenOnOnceATokenIsKept() throws Exception {
        HoldingStore holding = new HoldingStore(new MemoryStore(), 3);
        ScheduledThreadPoolExecutor pen = new ScheduledThreadPoolExecutor(1);
        try (Chat chat = chat(holding, Duration.ofMillis(1), pen);
                RawSseClient client = ask(new Caller(chat.server()).connect())) {
            await("the third token, and nothing to do", () -> holding.tokens.get() == 3 && isIdle(pen));
            holding.held.complete(null);
            assertThat(client.readEvents(TOKENS)).extracting(Event::type).containsOnly("token");
            assertThat(client.readEvent().type()).isEqualTo("done");
        }
    }

    private static boolean isIdle(ScheduledThreadPoolExecutor pen) {
        return pen.getCompletedTaskCount() == pen.getTaskCount();
    }

    /** Keeps one token only when it is let go. */
    private static final class HoldingStore extends DelegatingStore {
        final CompletableFuture<Void> held = new CompletableFuture<>();
        final AtomicInteger tokens = new AtomicInteger();
        private final int number;

        HoldingStore(EventStore store, int number) {
            super(store);
            this.number = number;
        }

        @Override
        public CompletionStage<EventId> append(StoredEntry entry, String key) {
            boolean isToken = new String(entry.body(), StandardCharsets.UTF_8).contains("event: token");
            return isToken && tokens.incrementAndGet() == number
                    ? held.thenCompose(letGo -> super.append(entry, key))
                    : super.append(entry, key);
        }
    }

    @Test
    void anAnswerWhoseNodeShutsDownHasFailedAtOnce() throws Exception {
        MemoryStore store = new MemoryStore();
        try (Chat second = chat(store, Duration.ofMinutes(1))) {
            try (Chat first = chat(store, Duration.ofMinutes(1))) {
                ask(new Caller(first.server()).connect()).close();
            }
            try (RawSseClient client = new Caller(second.server()).follow("/api/chat?id=" + ID)) {
                assertThat(client.readEvents(2)).extracting(Event::type).containsExactly("started", "error");
                assertThat(client.tryReadEvent()).isNull();
            }
        }
    }

    /** Killed, the process has no time to end an answer: the next one does, for nobody else can write it. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anAnswerIsResumedAfterARestartAsFarAsItCameAndHasFailed(boolean killed, @TempDir Path folder)
            throws Exception {
        String[] command = {"chat", "--port", "0", "--store", folder.toString()};
        Process process = ProcessTest.start(command);
        try {
            URI ready = URI.create(ProcessTest.ready(process, "http://127.0.0.1:"));
            String last;
            String written;
            try (RawSseClient client = ask(RawSseClient.connect(ready.getHost(), ready.getPort()))) {
                written = token(client.readEvent());
                last = client.lastEventId();
                token(client.readEvent()); // of before the end, and not seen by who comes back with the other
                if (killed) {
                    process.destroyForcibly();
                } else {
                    process.toHandle().destroy();
                }
                assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            }
            process = ProcessTest.start(command);
            ready = URI.create(ProcessTest.ready(process, "http://127.0.0.1:"));
            try (RawSseClient client = RawSseClient.connect(ready.getHost(), ready.getPort())) {
                assertThat(client.get("/api/chat?id=" + ID, "Last-Event-ID: " + last)
                                .header("sse-resume"))
                        .isEqualTo("resumed");
                StringBuilder rest = new StringBuilder();
                for (Event event = client.readEvent(); !event.type().equals("error"); event = client.readEvent()) {
                    rest.append(token(event));
                }
                assertThat(rest).isNotEmpty();
                assertThat(String.join("", Storyteller.answer(PROMPT))).startsWith(written + rest);
                assertThat(client.tryReadEvent()).isNull();
            }
        } finally {
            process.destroyForcibly();
        }
    }

    private static String token(Event event) {
        assertThat(event.type()).isEqualTo("token");
        return Caller.json(event.data()).asString();
    }
}
