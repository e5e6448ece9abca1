package dev.freshet.examples.conformance.check;

import dev.freshet.examples.conformance.wire.Address;
import dev.freshet.examples.conformance.wire.Connection;
import dev.freshet.examples.conformance.wire.Head;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** The server that is judged, as the checks see it. Not safe for use by several threads at once. */
public final class Server {

    static final String EVENT_STREAM = "text/event-stream";

    private static final Duration BEFORE_PRIMER = Duration.ofMillis(200);

    private final Address address;
    private final String host;
    private final List<String> headers;
    private final @Nullable Publishing publishing;
    private final Expectations expectations;
    private final String run =
            Long.toString(ThreadLocalRandom.current().nextLong(1L << 40, 1L << 41), Character.MAX_RADIX);
    private int marks;
    private boolean isLate;

    /**
     * Creates a server.
     *
     * @param address of its stream
     * @param headers field lines of every request
     * @param publishing null where nothing can be published
     */
    public Server(Address address, List<String> headers, @Nullable Publishing publishing, Expectations expectations) {
        this.address = address;
        this.host = hostLine(address, headers);
        this.headers = withoutHost(headers);
        this.publishing = publishing;
        this.expectations = expectations;
    }

    /** Returns the Host of a request, which a field line of the user's may replace. */
    static String hostLine(Address address, List<String> headers) {
        return headers.stream().filter(Server::isHost).findFirst().orElse("Host: " + address.authority());
    }

    static List<String> withoutHost(List<String> headers) {
        return headers.stream().filter(header -> !isHost(header)).toList();
    }

    private static boolean isHost(String header) {
        return header.regionMatches(true, 0, "Host:", 0, "Host:".length());
    }

    Address address() {
        return address;
    }

    Duration timeout() {
        return address.timeout();
    }

    Expectations expectations() {
        return expectations;
    }

    boolean canPublish() {
        return publishing != null;
    }

    /** Returns a text that no other event has, and that no other such text begins with. */
    String mark() {
        marks++;
        return "mark-" + run + "-" + marks + ".";
    }

    /** Publishes an event with this data. */
    void publish(String data) throws IOException {
        if (publishing == null) {
            throw new IllegalStateException("publish: no --publish");
        }
        publishing.publish(data);
    }

    /** Publishes an event with a mark for its data, and returns that. */
    String publishMark() throws IOException {
        String mark = mark();
        publish(mark);
        return mark;
    }

    /** Returns the field lines of a request for the stream, with more. */
    List<String> fields(String... more) {
        List<String> fields = fieldsWithoutHost(EVENT_STREAM, more);
        fields.add(0, host);
        return fields;
    }

    List<String> fieldsWithoutHost(String accept, String... more) {
        List<String> fields = new ArrayList<>();
        fields.add("Accept: " + accept);
        fields.add("Accept-Encoding: identity");
        fields.addAll(headers);
        fields.addAll(Arrays.asList(more));
        return fields;
    }

    /** Sends a request to the URL of the stream on a new connection. */
    Connection ask(String method, String... more) throws IOException {
        return sent(address, method, fields(more));
    }

    /** Sends a GET for another URL of the server on a new connection. */
    Connection askAt(Address other, String accept, String... more) throws IOException {
        List<String> fields = fieldsWithoutHost(accept, more);
        fields.add(0, "Host: " + other.authority());
        return sent(other, "GET", fields);
    }

    /** Sends a request with these field lines alone to the URL of the stream on a new connection. */
    Connection askWith(String method, List<String> fields) throws IOException {
        return sent(address, method, fields);
    }

    private static Connection sent(Address to, String method, List<String> fields) throws IOException {
        Connection connection = to.connect();
        try {
            connection.send(method + " " + to.target() + " HTTP/1.1", fields);
            return connection;
        } catch (IOException e) {
            connection.close();
            throw e;
        }
    }

    /** Sends a request to the URL of the stream, and returns the head of its answer. */
    Head headOf(String method, String... more) throws IOException {
        try (Connection connection = ask(method, more)) {
            return method.equals("GET") ? firstHead(connection) : connection.head();
        }
    }

    /** Sends a request with these field lines and Host alone, as a preflight is sent, and returns the head of its answer. */
    Head bareHeadOf(String method, String... fields) throws IOException {
        List<String> all = new ArrayList<>(List.of(host));
        all.addAll(Arrays.asList(fields));
        try (Connection connection = askWith(method, all)) {
            return connection.head();
        }
    }

    /** Follows the stream. */
    Follower follow(String... more) throws IOException {
        return follow(address.connect(), "HTTP/1.1", more);
    }

    /**
     * Follows the stream.
     *
     * @throws StatusException if it is refused
     * @throws IOException if there is no answer
     */
    Follower follow(Connection connection, String version, String... more) throws IOException {
        try {
            connection.send("GET " + address.target() + " " + version, fields(more));
            Head head = firstHead(connection);
            if (head.status() != 200) {
                throw new StatusException(head.status());
            }
            return new Follower(connection, head, timeout());
        } catch (IOException e) {
            connection.close();
            throw e;
        }
    }

    /** Follows the stream from behind an event. */
    Follower resume(String id) throws IOException {
        return follow("Last-Event-ID: " + id);
    }

    /** Reads the head of a stream. A server that sends it only with the first event is given one, again and again. */
    private Head firstHead(Connection connection) throws IOException {
        if (publishing == null) {
            return connection.head();
        }
        long deadline = System.nanoTime() + timeout().toNanos();
        Duration patience = isLate ? BEFORE_PRIMER : timeout();
        while (true) {
            try {
                return connection.head(patience);
            } catch (SocketTimeoutException e) {
                if (isLate && System.nanoTime() > deadline) {
                    throw e;
                }
                if (!isLate) {
                    isLate = true;
                    deadline = System.nanoTime() + timeout().toNanos();
                }
                patience = BEFORE_PRIMER;
                publishMark();
            }
        }
    }
}
