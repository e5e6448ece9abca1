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
 * A servlet with streams of a hub on the port of a servlet container, to copy. One thread writes all streams, and no
 * thread waits for a client. Thread-safe.
 *
 * <p>Register it with {@code asyncSupported}, and set the connector's {@code processorCache} to 0. If a write fails on
 * a thread that is not the container's, Tomcat may otherwise reuse the objects of the request for the next one before
 * that thread has returned.
 */
public final class SseServlet extends HttpServlet {
    private static final List<String> LAST_EVENT_ID_PARAMETERS =
            List.of("lastEventId", "last_event_id", "Last-Event-ID", "lastEventID", "evs_last_event_id");

    /** The name of the attribute of a request that waits. */
    private static final String WAITED = SseServlet.class.getName() + ".waited";

    private final transient SseHub hub;
    private final transient Function<HttpServletRequest, ? extends Collection<String>> topics;
    private final transient StreamLoop loop;

    /**
     * Creates a servlet for all requests that it is mapped to.
     *
     * @param heartbeat the time without a write after which a comment is written to a stream
     * @param writeTimeout the time for which a client with unsent bytes may accept none, and after which a stop
     *     disconnects the remaining clients
     * @param topics a function that returns the topics of a request, called on the container's thread; it throws a
     *     {@link TopicNameException} for a 400
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

    /** Returns the number of open streams. */
    public int streams() {
        return loop.size();
    }

    /** Returns the number of requests that wait for a position, or have waited and are not answered yet. */
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
            retryLater(response);
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
            retryLater(response);
            return;
        }
        if (start.outcome() != ResumeOutcome.RESET && start.cursor().isAtEnd()) {
            start.cursor().close();
            response.setStatus(HttpServletResponse.SC_NO_CONTENT); // an EventSource does not reconnect
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
                retryLater(response);
                context.complete();
            }
        } catch (IOException | RuntimeException e) {
            start.cursor().close();
            throw e;
        }
    }

    /**
     * Waits if the client sends a position of another node that this node has not read. The request is then dispatched
     * again once this node has read it, or the wait is over. No thread waits meanwhile. The number of these requests is
     * bounded by the connections that the container accepts. Returns whether the request waits.
     */
    private boolean awaitsPosition(HttpServletRequest request, Collection<String> names) {
        String lastEventId = lastEventId(request);
        CompletableFuture<Void> position = lastEventId == null ? null : hub.awaitPosition(lastEventId);
        if (position == null) {
            return false;
        }
        WaitingRequest waiting = new WaitingRequest(loop, names, position);
        request.setAttribute(WAITED, waiting);
        waiting.await(request.startAsync());
        return true;
    }

    /** Returns false if the container has ended the request, or has removed its servlets because it stops. */
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
        } catch (IllegalStateException e) { // of Tomcat 11; Tomcat 10.1 skips malformed parameters
            throw new TopicNameException("query: malformed");
        }
        Collection<String> names = topics.apply(request);
        if (names == null || names.isEmpty() || names.stream().anyMatch(Objects::isNull)) {
            throw new TopicNameException("topics: none (expected: at least one)");
        }
        return names;
    }

    /** Returns null if the hub is closed, or there are too many topics. */
    private Start open(HttpServletRequest request, Collection<String> names) {
        try {
            return hub.open(names, StartRequest.latest().lastEventId(lastEventId(request)));
        } catch (IllegalStateException e) {
            return null;
        }
    }

    /** Writes a reconnection time and ends the response. The status is 200: an EventSource stops at any other. */
    private static void retryLater(HttpServletResponse response) throws IOException {
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
            return new String(header.getBytes(ISO_8859_1), UTF_8); // the container converts each byte to one char
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
     * Ends all streams. Each receives the events that have been published, and the end of the response. A client whose
     * request waits for a position is told to retry later. The method returns when all streams have ended and all those
     * requests have been answered. After the write timeout it disconnects the remaining clients. Clients of later
     * requests are told to retry later. Idempotent.
     *
     * <p>Call it before the container is stopped, which disconnects the streams before it calls {@link #destroy}.
     */
    public void end() {
        loop.end(hub);
    }

    @Override
    public void destroy() {
        end();
    }
}
