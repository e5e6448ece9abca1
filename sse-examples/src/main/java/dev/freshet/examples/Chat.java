package dev.freshet.examples;

import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.hub.SseHubBuilder;
import dev.freshet.netty.SseGeneration;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseRequest;
import dev.freshet.netty.SseServer;
import java.time.Duration;
import java.util.Iterator;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A page that posts a prompt and shows the tokens of the answer as they arrive. The answer is a generation: it
 * continues when its reader disconnects, and a reader that reconnects receives the rest.
 */
final class Chat extends Program {

    /** The time between two tokens: about the speed of reading. */
    static final Duration PACE = Duration.ofMillis(70);

    private static final String PATH = "/api/chat";
    private static final int LONGEST_PROMPT = 500;
    private static final String TOPICS = "answers/";
    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    /** The time without a token after which an answer has failed, if the process that wrote it is gone. */
    private static final Duration LEASE = Duration.ofSeconds(30);

    private static final Logger logger = LoggerFactory.getLogger(Chat.class);

    private final SseHub hub;
    /** The answers that this process writes. */
    private final Set<SseGeneration> running = ConcurrentHashMap.newKeySet();

    private final Duration pace;
    private final ScheduledExecutorService pen;

    private Chat(SseHub hub, Duration pace, ScheduledExecutorService pen) {
        this.hub = hub;
        this.pace = pace;
        this.pen = pen;
    }

    /** Starts a chat at the speed of reading. */
    static Chat start(SseHubBuilder hub, SseServer.Builder builder) {
        return start(hub, PACE, scheduler("pen"), builder);
    }

    /**
     * Starts a chat.
     *
     * @param hub where answers are kept
     * @param pace the time between two tokens
     * @param pen the executor that writes the tokens, one task for each; shut down by {@link #close}
     * @param builder where and how to listen
     * @throws java.io.UncheckedIOException if the port cannot be bound
     */
    static Chat start(SseHubBuilder hub, Duration pace, ScheduledExecutorService pen, SseServer.Builder builder) {
        Chat chat =
                new Chat(hub.lease(TOPICS + "*", LEASE, SseGeneration.FAILED).build(), pace, pen);
        chat.listen(Page.chat(builder)
                .origins()
                .endpoint("POST", PATH, Requests.checked(chat::ask))
                .endpoint(PATH, Requests.checked(request -> SseGeneration.follow(chat.hub, topic(request), request)))
                .endpoint("POST", PATH + "/stop", Requests.checked(chat::stop)));
        return chat;
    }

    private SseReply ask(SseRequest request) {
        String prompt = Requests.text(request, "prompt", LONGEST_PROMPT);
        String id = id(request);
        SseGeneration answer;
        try {
            answer = SseGeneration.start(hub, TOPICS + id);
        } catch (IllegalStateException e) {
            if (hub.isClosed()) {
                throw e;
            }
            return SseReply.refuse(409, "id: " + id + " is in use");
        }
        running.add(answer);
        SseEvent started = SseEvent.json("started", new Started(id, prompt));
        write(answer, started, Storyteller.answer(prompt).iterator());
        return answer.follow(request);
    }

    /**
     * Returns the id of a new answer: that of the client if it sends one, so that it can follow and stop an answer of
     * which it has read nothing yet.
     */
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

    /** Returns the topic of the answer that a request names; of none that exists, if it names none. */
    private static String topic(SseRequest request) {
        String id = Requests.only(request, "id");
        return TOPICS + (id == null ? "" : id);
    }

    /** Ends an answer, whichever process writes it. Any client that has its id may do so. */
    private SseReply stop(SseRequest request) {
        return Requests.kept(SseGeneration.cancel(hub, topic(request)), end -> SseReply.answer(204));
    }

    /** Publishes an event of an answer and, once it is kept, the next token after a while, and so on. */
    private void write(SseGeneration answer, SseEvent event, Iterator<String> tokens) {
        try {
            answer.publish(event)
                    .thenRun(() -> pen.schedule(() -> writeNext(answer, tokens), pace.toNanos(), TimeUnit.NANOSECONDS))
                    .whenComplete((none, failure) -> {
                        if (failure != null && !pen.isShutdown() && running.remove(answer) && !answer.isComplete()) {
                            answer.fail(failure);
                        }
                    });
        } catch (IllegalStateException e) { // the answer has ended, or the hub is closed
            running.remove(answer);
            logger.debug("{}: no event can follow", answer.topic(), e);
        }
    }

    private void writeNext(SseGeneration answer, Iterator<String> tokens) {
        if (tokens.hasNext() && !answer.isComplete()) {
            write(answer, SseEvent.json("token", tokens.next()), tokens);
        } else if (running.remove(answer) && !answer.isComplete()) {
            answer.complete();
        }
    }

    @Override
    void end() {
        stop(pen); // so that nothing is published to a closed hub
        running.forEach(answer -> answer.complete(SseGeneration.FAILED)); // not only at the end of its lease
        hub.close();
    }

    /** The first event of an answer: the id to resume by, and the prompt. */
    record Started(String id, String prompt) {}
}
