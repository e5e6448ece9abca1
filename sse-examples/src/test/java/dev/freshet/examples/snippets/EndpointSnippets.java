package dev.freshet.examples.snippets;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.event.SseEvent;
import dev.freshet.examples.snippets.Application.Book;
import dev.freshet.examples.snippets.Application.Model;
import dev.freshet.examples.snippets.Application.Tick;
import dev.freshet.examples.snippets.Application.Tokens;
import dev.freshet.examples.snippets.Application.User;
import dev.freshet.hub.SseHub;
import dev.freshet.hub.SseSnapshot;
import dev.freshet.netty.CorsPolicy;
import dev.freshet.netty.EndpointOptions;
import dev.freshet.netty.Heartbeat;
import dev.freshet.netty.SseEndpoint;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseRequest;
import dev.freshet.netty.SseServer;
import dev.freshet.netty.StreamOpening;
import dev.freshet.store.FileEventStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The guide to endpoints. */
final class EndpointSnippets {
    private EndpointSnippets() {}

    static SseEvent mapped(Tick tick, ObjectMapper mapper) {
        return SseEvent.builder()
                .type("tick")
                .json(tick, mapper::writeValueAsString)
                .build();
    }

    static SseReply snapshot(SseHub hub, Book books, Executor executor) {
        // Once, off the event loops; each serves for a second, see maxAge.
        SseSnapshot book = SseSnapshot.of(
                hub,
                List.of("prices"),
                executor,
                () -> SseSnapshot.State.of(List.of(SseEvent.json("book", books.now()))));

        // In each reply: the state, then every change after it.
        return SseReply.subscribe(hub, "prices").snapshot(book);
    }

    static SseReply start(SseHub hub, User user) {
        return SseReply.subscribe(hub, "room-7")
                .fromEarliest() // or from(Instant), or from(EventId); unless set, what comes from now on
                .notBefore(user.joinedAt()); // an EventId: no Last-Event-ID, not even "earliest", gets more
    }

    static void opening(SseServer.Builder server, SseHub hub) {
        server.endpoint("/prices", request -> SseReply.subscribe(hub, "prices").opening(StreamOpening.ID_ONLY));
    }

    record Answers(Tokens tokens, Model model) implements SseEndpoint {
        /** Returns null to have the body read and the request handled. */
        @Override
        public @Nullable SseReply head(SseRequest request) {
            return tokens.isValid(request.header("Authorization")) ? null : SseReply.refuse(401);
        }

        @Override
        public SseReply handle(SseRequest request) {
            return SseReply.stream(model.answer(request.bodyText()));
        }
    }

    interface Orders {
        /** Finds an order, which may take a query. */
        boolean has(String id);
    }

    static ThreadPoolExecutor blocking(SseServer.Builder server, SseHub hub, Orders orders) {
        ThreadPoolExecutor executor = new ThreadPoolExecutor(
                16, 16, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(200)); // 16 run, 200 wait, more are rejected

        server.endpoint("/orders/{id}", SseEndpoint.blocking(executor, request -> {
            String id = request.pathParameter("id");
            return orders.has(id) ? SseReply.subscribe(hub, "orders/" + id) : SseReply.refuse(404);
        }));
        return executor;
    }

    static void close(SseServer server, ExecutorService executor, SseHub hub, FileEventStore store) {
        // The streams end, and no request comes any more.
        server.shutdown(Duration.ofSeconds(10)).toCompletableFuture().join();
        executor.shutdownNow();
        hub.close();
        store.close(); // if the hub has one
    }

    static void page(SseServer.Builder server) throws IOException {
        String html = Files.readString(Path.of("prices.html")); // once, at the start
        SseReply page = SseReply.answer(200, "text/html; charset=utf-8", html);
        server.endpoint("/", request -> page);
    }

    private static boolean wantsStream(SseRequest request) {
        return request.bodyText().contains("\"stream\"");
    }

    private static String id() {
        return UUID.randomUUID().toString();
    }

    static void compressed(SseHub hub) {
        SseServer.builder()
                .endpoint(
                        "GET",
                        "/prices",
                        request -> SseReply.subscribe(hub, "prices"),
                        EndpointOptions.builder().compress().build());
    }

    static void whole(SseHub hub, Model model) {
        SseServer.builder()
                .endpoint(
                        "POST",
                        "/v1/answers",
                        request -> wantsStream(request)
                                ? SseReply.stream(model.answer(request.bodyText()))
                                        .header("X-Request-Id", id())
                                : SseReply.json(200, model.whole(request.bodyText())))
                .endpoint("DELETE", "/v1/answers/{id}", request -> SseReply.answer(202))
                .endpoint(
                        "GET",
                        "/feed",
                        request -> SseReply.subscribe(hub, "feed"),
                        EndpointOptions.builder()
                                // for watchdogs that count events
                                .heartbeat(Heartbeat.event(Duration.ofSeconds(20), SseEvent.of("ping", "{}")))
                                .cors(CorsPolicy.builder().anyOrigin().build())
                                .build())
                .refusals((status, reason) -> SseReply.json(status, Map.of("error", reason)));
    }
}
