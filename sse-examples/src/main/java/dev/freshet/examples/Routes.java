package dev.freshet.examples;

import static java.util.concurrent.CompletableFuture.completedFuture;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The map from path and method to what answers it. Filled before the first request, then only read, by any thread. */
final class Routes {

    private static final Logger LOG = LoggerFactory.getLogger(Routes.class);

    private Predicate<Call> admitted = call -> true;
    private Predicate<String> posting = origin -> true;
    private boolean preflights;
    private final Map<String, Map<HttpMethod, Function<Call, CompletionStage<Answer>>>> routes = new HashMap<>();

    /** Answers 401 to the calls that the predicate is false for, whatever their path. */
    Routes onlyFor(Predicate<Call> admitted) {
        this.admitted = admitted;
        return this;
    }

    /** Answers 403 to the POSTs of pages of other origins, but of those that the predicate is true for. */
    Routes postsFrom(Predicate<String> origins) {
        this.posting = origins;
        return this;
    }

    Routes get(String path, Function<Call, Answer> route) {
        add(HttpMethod.HEAD, path, call -> completedFuture(route.apply(call)));
        return add(HttpMethod.GET, path, call -> completedFuture(route.apply(call)));
    }

    Routes post(String path, Function<Call, CompletionStage<Answer>> route) {
        return add(HttpMethod.POST, path, route);
    }

    private Routes add(HttpMethod method, String path, Function<Call, CompletionStage<Answer>> route) {
        routes.computeIfAbsent(path, p -> new TreeMap<>()).put(method, route);
        return this;
    }

    /** Has {@code OPTIONS} at every path answered, whoever asks: browsers bring no token to it. */
    Routes preflights() {
        preflights = true;
        return this;
    }

    /** What a call is answered that needs no body for it, else null. */
    @Nullable
    Answer beforeBody(Call call) {
        Map<HttpMethod, Function<Call, CompletionStage<Answer>>> methods = routes.get(call.path());
        boolean preflight = preflights && methods != null && call.method().equals(HttpMethod.OPTIONS);
        if (!preflight && !admitted.test(call)) {
            return Answer.error(HttpResponseStatus.UNAUTHORIZED, "token: none that is known")
                    .with("www-authenticate", "Bearer realm=\"events\"");
        }
        if (methods == null) {
            return Answer.error(HttpResponseStatus.NOT_FOUND, call.path() + ": no such path");
        }
        if (methods.containsKey(call.method())) {
            return call.method().equals(HttpMethod.POST) ? forbidden(call.origin()) : null;
        }
        String allowed = methods.keySet().stream().map(HttpMethod::name).collect(Collectors.joining(", "))
                + (preflights ? ", OPTIONS" : "");
        Answer answer = preflight
                ? new Answer(HttpResponseStatus.NO_CONTENT, Map.of(), new byte[0])
                : Answer.error(
                        HttpResponseStatus.METHOD_NOT_ALLOWED,
                        "method: " + call.method() + " (expected: " + allowed + ")");
        return answer.with("allow", allowed);
    }

    /** A browser sends what a page of another origin posts, also where it does not let the page read the answer. */
    private @Nullable Answer forbidden(@Nullable String origin) {
        return origin == null || posting.test(origin)
                ? null
                : Answer.error(
                        HttpResponseStatus.FORBIDDEN, "origin: \"" + origin + "\" (expected: an origin that may ask)");
    }

    /**
     * Answers a whole call that was not answered before its body; whatever goes wrong is an answer too, so the stage never
     * fails and nothing is thrown.
     */
    CompletionStage<Answer> answer(Call call) {
        try {
            Function<Call, CompletionStage<Answer>> route = Objects.requireNonNull(
                    routes.getOrDefault(call.path(), Map.of()).get(call.method()), "route");
            return route.apply(call).exceptionally(failure -> failed(call, failure));
        } catch (RuntimeException e) {
            return completedFuture(failed(call, e));
        }
    }

    private static Answer failed(Call call, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof Call.BadRequest) {
            return Answer.error(HttpResponseStatus.BAD_REQUEST, message(cause));
        }
        LOG.warn("{} {} failed", call.method(), call.path(), cause);
        return Answer.error(HttpResponseStatus.INTERNAL_SERVER_ERROR, "failed: " + message(cause));
    }

    private static String message(Throwable cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }
}
