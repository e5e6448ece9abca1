package dev.freshet.examples.snippets;

import static dev.freshet.fixtures.EventStreamAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.examples.snippets.Application.Tokenizer;
import dev.freshet.fixtures.ConnectionEnd;
import dev.freshet.fixtures.ReceivedEvent;
import dev.freshet.fixtures.SseTestClient;
import dev.freshet.fixtures.SseTestRequest;
import dev.freshet.fixtures.SseTestStream;
import dev.freshet.fixtures.SseTestStream.Cut;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.SseServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The guide's completions, over connections that are cut. */
class CompletionsTest {
    private static final String PATH = "/v1/chat/completions";
    private static final String KEY = "0f0e2b6c-5f0a-4ed5-9a3e-1b1c0a4a7c11";
    private static final String END = "";
    private static final String FAILURE = "failure";

    private final BlockingQueue<String> tokens = new LinkedBlockingQueue<>();
    private final AtomicInteger calls = new AtomicInteger();
    private final SseHub hub = SseHub.create();
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final SseServer server = SseServer.builder()
            .host("127.0.0.1")
            .port(0)
            .endpoint("POST", PATH, new Completions(hub, new HandModel(), executor))
            .start();
    private final SseTestClient client =
            SseTestClient.of(URI.create("http://127.0.0.1:" + server.address().getPort()));

    /** A model whose tokens are those that the test adds. */
    private final class HandModel implements Tokenizer {
        @Override
        public Iterable<String> tokens(String prompt) {
            calls.incrementAndGet();
            return () -> new Iterator<>() {
                private String next = take();

                @Override
                public boolean hasNext() {
                    return !next.equals(END);
                }

                @Override
                public String next() {
                    String token = next;
                    next = take();
                    return token;
                }
            };
        }

        private String take() {
            try {
                String token = tokens.take();
                if (token.equals(FAILURE)) {
                    throw new IllegalStateException("as the test wants");
                }
                return token;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @AfterEach
    void end() {
        client.close();
        server.close();
        executor.shutdownNow();
        hub.close();
    }

    private SseTestRequest request() {
        return client.request(PATH)
                .header("Idempotency-Key", KEY)
                .body("application/json", "{\"stream\":true,\"messages\":[]}");
    }

    /** Returns the content of a chunk, or what else the event is. */
    private static String content(ReceivedEvent event) {
        if (event.data().equals("[DONE]")) {
            return "done";
        }
        try {
            JsonNode choice = new ObjectMapper().readTree(event.data()).at("/choices/0");
            JsonNode finish = choice.path("finish_reason");
            return finish.isNull()
                    ? String.join("", choice.path("delta").findValuesAsText("content"))
                    : finish.asText();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theRepeatedPostReceivesTheRestOfOneAnswer() {
        SseTestStream stream = request().open();
        tokens.add("the ");
        tokens.add("sea");
        stream.awaitEvents(2).cut(Cut.RST);
        tokens.add(END);
        stream.resume().awaitEnd();

        assertThat(stream)
                .resumedWithoutLoss(List.of("", "the ", "sea", "stop", "done"), CompletionsTest::content)
                .endedBy(ConnectionEnd.WHOLE);
        assertThat(calls).hasValue(1);
    }

    @Test
    void theStreamOpensWithTheFirstChunk() {
        SseTestStream stream = request().open();
        stream.awaitEvents(1);

        assertThat(stream.controls()).isEmpty();
        assertThat(stream.retry()).isNull();
        assertThat(stream.events().get(0).data())
                .contains("\"object\":\"chat.completion.chunk\"", "\"model\":\"yours\"", "\"role\":\"assistant\"");
    }

    @Test
    void whoHasTheEndIsToldThatNothingFollowsAndWhoHasNothingReceivesAll() {
        SseTestStream stream = request().open();
        tokens.add("sea");
        tokens.add(END);
        stream.awaitEnd();

        assertThat(request().lastEventId(stream.lastEventId()).open()).hasStatus(204);
        assertThat(request().open().awaitEnd()).hasEvents(stream.events().size());
        assertThat(calls).hasValue(1);
    }

    @Test
    void aFailureIsSentAsOpenAisErrorAndIsTheEnd() {
        SseTestStream stream = request().open();
        tokens.add(FAILURE);
        stream.awaitEnd();

        assertThat(stream.events().get(1).data()).isEqualTo("{\"error\":{\"message\":\"the answer failed\"}}");
        assertThat(stream).hasEvents(2).endedBy(ConnectionEnd.WHOLE);
        assertThat(request().lastEventId(stream.lastEventId()).open()).hasStatus(204);
    }

    @Test
    void aPostWithoutAKeyIsRefused() {
        assertThat(request().header("Idempotency-Key", "").open()).hasStatus(400);
        assertThat(calls).hasValue(0);
    }
}
