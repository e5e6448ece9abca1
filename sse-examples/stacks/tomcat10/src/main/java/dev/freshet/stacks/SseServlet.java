package dev.freshet.stacks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.freshet.event.ResumeOutcome;
import dev.freshet.hub.SseHub;
import dev.freshet.log.Start;
import dev.freshet.log.StartRequest;
import dev.freshet.log.TopicNameException;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.coyote.CloseNowException;

/**
 * Streams of a hub on the port of a servlet container, to copy. One thread writes all of them, and none waits for a client. Thread-safe.
 *
 * <p>Register it with {@code asyncSupported}, and set the connector's {@code processorCache} to 0: where a write fails on a thread that is
 * not the container's, Tomcat may give what belongs to the request to the next one before that thread has returned.
 */
public final class SseServlet extends HttpServlet {
    private static final List<String> LAST_EVENT_ID_PARAMETERS =
            List.of("lastEventId", "last_event_id", "Last-Event-ID", "lastEventID", "evs_last_event_id");

    /** The attribute of a request that waits. */
    private static final String WAITED = SseServlet.class.getName() + ".waited";

    private final transient SseHub hub;
    private final transient Function<HttpServletRequest, ? extends Collection<String>> topics;
    private final transient StreamLoop loop;

    /**
     * A servlet for all requests that it is mapped to.
     *
     * @param heartbeat after how much silence a stream has a comment
     * @param writeTimeout for how long a client may take nothing while something waits for it; when a stop cuts off who is left, too
     * @param topics what a request follows, called on the container's thread; it throws a {@link TopicNameException} for a 400
     */
    public SseServlet(
            SseHub hub,
            Duration heartbeat,
            Duration writeTimeout,
            Function<HttpServletRequest, ? extends Collection<String>> topics) {
        this.hub = hub;
        this.topics = topics;
        this.loop = new StreamLoop(heartbeat, writeTimeout);
    }

    /** How many streams are open. */
    public int streams() {
        return loop.size();
    }

    /** How many requests wait for a position, or have waited and are not answered yet. */
    int waiting() {
        return loop.waiting();
    }

    @Override
    protected void doHead(HttpServletRequest request, HttpServletResponse response) {
        head(response);
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        WaitingRequest waited = (WaitingRequest) request.getAttribute(WAITED);
        request.removeAttribute(WAITED);
        if (request.getDispatcherType() == DispatcherType.ASYNC && waited == null) { // see ServletStream.cut
            throw new CloseNowException("cut off");
        }
        try {
            answer(request, response, waited);
        } finally {
            if (waited != null && request.isAsyncStarted()) { // a stream, which the loop counts from here on
                loop.answered(waited);
            }
        }
    }

    private void answer(HttpServletRequest request, HttpServletResponse response, WaitingRequest waited)
            throws IOException {
        if (loop.isEnding()) {
            comeLater(response);
            return;
        }
        Start start;
        try {
            Collection<String> names = waited == null ? topics(request) : waited.topics;
            if (waited == null && awaitsPosition(request, names)) {
                return;
            }
            start = open(request, names);
        } catch (TopicNameException e) {
            response.sendError(HttpServletResponse.SC_BAD_REQUEST, e.getMessage());
            return;
        }
        if (start == null) {
            comeLater(response);
            return;
        }
        if (start.outcome() != ResumeOutcome.RESET && start.cursor().isAtEnd()) {
            start.cursor().close();
            response.setStatus(HttpServletResponse.SC_NO_CONTENT); // an EventSource does not come back
            return;
        }
        try {
            head(response);
            response.setHeader("SSE-Resume", nameOf(start.outcome()));
            AsyncContext context = request.startAsync();
            context.setTimeout(0);
            ServletOutputStream out = response.getOutputStream();
            ServletStream stream = new ServletStream(loop, context, out, start);
            context.addListener(stream);
            if (loop.begin(stream)) {
                out.setWriteListener(stream);
            } else {
                start.cursor().close();
                comeLater(response);
                context.complete();
            }
        } catch (IOException | RuntimeException e) {
            start.cursor().close();
            throw e;
        }
    }

    /**
     * Whether the client names a position of another node's that this one has not seen. Then the request comes again once it has, or
     * does not wait any more; no thread waits meanwhile. How many do is bounded by the connections that the container takes.
     */
    private boolean awaitsPosition(HttpServletRequest request, Collection<String> names) {
        String lastEventId = lastEventId(request);
        CompletableFuture<Void> place = lastEventId == null ? null : hub.awaitPosition(lastEventId);
        if (place == null) {
            return false;
        }
        WaitingRequest waiting = new WaitingRequest(loop, names, place);
        request.setAttribute(WAITED, waiting);
        waiting.await(request.startAsync());
        return true;
    }

    /** Returns false where the container has ended the request, or, as it stops, has taken its servlets away. */
    static boolean dispatch(AsyncContext context) {
        try {
            context.dispatch();
            return true;
        } catch (RuntimeException e) {
            return false;
        }
    }

    private Collection<String> topics(HttpServletRequest request) {
        try {
            request.getParameterMap();
        } catch (IllegalStateException e) { // of Tomcat 11, where 10.1 leaves out what is malformed
            throw new TopicNameException("query: malformed");
        }
        Collection<String> names = topics.apply(request);
        if (names == null || names.isEmpty() || names.stream().anyMatch(Objects::isNull)) {
            throw new TopicNameException("topics: none (expected: at least one)");
        }
        return names;
    }

    /** Null where the hub is closed, or there are too many topics. */
    private Start open(HttpServletRequest request, Collection<String> names) {
        try {
            return hub.open(names, StartRequest.latest().lastEventId(lastEventId(request)));
        } catch (IllegalStateException e) {
            return null;
        }
    }

    /** An EventSource gives up at any status but 200. */
    private static void comeLater(HttpServletResponse response) throws IOException {
        head(response);
        response.getOutputStream().print(ServletStream.retry(5_000, 8_000));
    }

    static String nameOf(ResumeOutcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT);
    }

    private static void head(HttpServletResponse response) {
        response.setContentType("text/event-stream");
        response.setHeader("Cache-Control", "no-store, no-transform");
        response.setHeader("X-Accel-Buffering", "no");
        response.setHeader("X-Content-Type-Options", "nosniff");
    }

    private static String lastEventId(HttpServletRequest request) {
        String header = request.getHeader("Last-Event-ID");
        if (header != null && !header.isEmpty()) {
            return new String(header.getBytes(ISO_8859_1), UTF_8); // the container makes one char of each byte
        }
        for (String name : LAST_EVENT_ID_PARAMETERS) {
            String[] values = request.getParameterValues(name);
            for (int i = values == null ? -1 : values.length - 1; i >= 0; i--) {
                if (!values[i].isEmpty()) {
                    return values[i];
                }
            }
        }
        return null;
    }

    /**
     * Ends all streams: each gets what has been published, and the end in good form. A request that waits for a position is told to
     * come later. The method returns when all streams have ended and all those requests have been answered. After the write timeout
     * it cuts off who is left. A request that comes after the end is told to come later. Idempotent.
     *
     * <p>Call it before the container is told to stop: that cuts the streams off before it calls {@link #destroy}.
     */
    public void end() {
        loop.end(hub);
    }

    @Override
    public void destroy() {
        end();
    }
}
