package dev.freshet.examples;

import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.hub.SseHubBuilder;
import dev.freshet.log.TopicEndedException;
import dev.freshet.netty.SseGeneration;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseRequest;
import dev.freshet.netty.SseServer;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A page that posts a prompt and shows the tokens of the answer as they come. The answer is a generation: it goes on when its
 * reader goes, and who comes back gets the rest.
 */
final class Chat implements AutoCloseable {

    /** About as fast as one reads. */
    static final Duration PACE = Duration.ofMillis(70);

    private static final String PATH = "/api/chat";
    private static final int LONGEST_PROMPT = 500;
    private static final String TOPICS = "answers/";
    private static final int ID_LENGTH = 36;
    private static final SseReply NOT_RUNNING = SseReply.refuse(404, "id: no such answer, or it is complete");
    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    /** How long an answer may stand still whose process is gone, before it has failed. */
    private static final Duration LEASE = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(Chat.class);

    private final SseHub hub;
    /** Those that this process writes, each with what completes once the store has kept all that was written. */
    private final Map<SseGeneration, CompletableFuture<Void>> running = new ConcurrentHashMap<>();

    private final Duration pace;
    private final ScheduledExecutorService pen;

    /** Complete a moment after the port is open, which is a moment after the first request may come. */
    private final CompletableFuture<SseServer> server = new CompletableFuture<>();

    private Chat(SseHub hub, Duration pace, ScheduledExecutorService pen) {
        this.hub = hub;
        this.pace = pace;
        this.pen = pen;
    }

    /** Starts a chat whose answers are in memory. */
    static Chat start(Duration pace, SseServer.Builder builder) {
        return start(SseHub.builder(), pace, pen(), builder);
    }

    /**
     * Starts a chat.
     *
     * @param hub where answers are kept
     * @param pace the time between two tokens
     * @param builder where and how to listen
     * @throws java.io.UncheckedIOException if the port cannot be bound
     */
    static Chat start(SseHubBuilder hub, Duration pace, SseServer.Builder builder) {
        return start(hub, pace, pen(), builder);
    }

    /**
     * Starts a chat.
     *
     * @param pen writes the tokens, each as the task that it is told to run; ends with the chat
     */
    static Chat start(SseHubBuilder hub, Duration pace, ScheduledExecutorService pen, SseServer.Builder builder) {
        Chat chat =
                new Chat(hub.lease(TOPICS + "*", LEASE, SseGeneration.FAILED).build(), pace, pen);
        try {
            chat.server.complete(Page.chat(builder)
                    .origins()
                    .endpoint("POST", PATH, chat::ask)
                    .endpoint(PATH, chat::resume)
                    .endpoint("POST", PATH + "/stop", chat::stop)
                    .start());
            return chat;
        } catch (RuntimeException e) {
            chat.end();
            throw e;
        }
    }

    private static ScheduledExecutorService pen() {
        return Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "pen");
            thread.setDaemon(true);
            return thread;
        });
    }

    SseServer server() {
        return server.join();
    }

    private SseReply ask(SseRequest request) {
        String prompt;
        String id;
        try {
            prompt = Requests.text(request.body()).strip();
            id = id(request);
        } catch (IllegalArgumentException e) {
            return SseReply.refuse(400, String.valueOf(e.getMessage()));
        }
        if (prompt.isEmpty() || prompt.length() > LONGEST_PROMPT) {
            return SseReply.refuse(
                    400, "prompt: " + prompt.length() + " characters (expected: 1 to " + LONGEST_PROMPT + ")");
        }
        SseGeneration answer;
        try {
            answer = SseGeneration.start(hub, TOPICS + id);
        } catch (IllegalStateException e) {
            if (hub.isClosed()) {
                throw e;
            }
            return SseReply.refuse(409, "id: " + id + " is in use");
        }
        running.put(answer, CompletableFuture.completedFuture(null));
        publish(answer, SseEvent.json("started", new Started(id, prompt)));
        write(answer, Storyteller.answer(prompt).iterator());
        return answer.follow(request);
    }

    /** The id of a new answer: the client's, so that it can follow and stop an answer of which it has read nothing yet. */
    private static String id(SseRequest request) {
        String id = Requests.only(request, "id");
        if (id == null) {
            return UUID.randomUUID().toString();
        }
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("id: malformed (expected: a UUID in lower case)");
        }
        return id;
    }

    private SseReply resume(SseRequest request) {
        String id = request.query("id");
        return id == null || id.length() > ID_LENGTH
                ? SseReply.refuse(404, "id: no such answer")
                : SseGeneration.follow(hub, TOPICS + id, request);
    }

    /** Ends the answer where it is, whichever process writes it; who knows its id may. */
    private SseReply stop(SseRequest request) {
        String id = request.query("id");
        if (id == null || id.length() > ID_LENGTH) {
            return NOT_RUNNING;
        }
        return SseReply.when(SseGeneration.cancel(hub, TOPICS + id).handle((end, failure) -> {
            if (end != null) {
                return SseReply.answer(204);
            }
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            if (cause instanceof TopicEndedException) {
                return NOT_RUNNING;
            }
            LOG.warn("the end of an answer was not kept: {}", String.valueOf(cause));
            return SseReply.refuse(503, "store: not available");
        }));
    }

    /** Writes the next token, and the one after it a while later, unless the answer has ended. */
    @SuppressWarnings("FutureReturnValueIgnored") // it ends with the pen
    private void write(SseGeneration answer, Iterator<String> tokens) {
        pen.schedule(
                () -> {
                    if (answer.isComplete() || !running.containsKey(answer)) {
                        running.remove(answer);
                    } else if (tokens.hasNext()) {
                        publish(answer, SseEvent.json("token", tokens.next()));
                        write(answer, tokens);
                    } else {
                        complete(answer);
                    }
                },
                pace.toNanos(),
                TimeUnit.NANOSECONDS);
    }

    /** It is whole once all of it is kept. */
    private void complete(SseGeneration answer) {
        CompletableFuture<Void> kept = running.get(answer);
        if (kept != null) {
            kept.thenRun(() -> {
                if (running.remove(answer) != null) {
                    answer.complete();
                }
            });
        }
    }

    /** An answer that lacks a token has failed, and is written no further. */
    private void publish(SseGeneration answer, SseEvent event) {
        try {
            CompletableFuture<?> published = answer.publish(event)
                    .whenComplete((id, failure) -> {
                        if (id == null && running.remove(answer) != null && !answer.isComplete()) {
                            answer.fail(failure);
                        }
                    })
                    .toCompletableFuture();
            running.computeIfPresent(answer, (same, kept) -> CompletableFuture.allOf(kept, published));
        } catch (IllegalStateException e) {
            LOG.debug("{}: nothing comes behind its end", answer.topic(), e);
        }
    }

    @Override
    public void close() {
        end();
        server().close();
    }

    private void end() {
        pen.shutdownNow();
        try {
            pen.awaitTermination(5, TimeUnit.SECONDS); // so that nothing is published to a closed hub
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        running.keySet().forEach(answer -> answer.complete(SseGeneration.FAILED)); // nobody needs to wait for its lease
        hub.close();
    }

    /** The first event of an answer: what it is resumed by, and what it is the answer to. */
    record Started(String id, String prompt) {}
}
