package dev.freshet.examples.conformance.check;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.freshet.codec.EventDecoder;
import dev.freshet.examples.conformance.wire.Body;
import dev.freshet.examples.conformance.wire.Connection;
import dev.freshet.examples.conformance.wire.Head;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A client of one stream, which keeps its bytes and its events. It reads only while something is awaited. Not safe for
 * use by several threads at once.
 */
final class Follower implements AutoCloseable, EventDecoder.Sink {

    private static final int SOME = 1 << 14;

    private final Connection connection;
    private final Head head;
    private final Body body;
    private final Duration timeout;
    private final EventDecoder decoder = new EventDecoder(this);
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final List<Seen> events = new ArrayList<>();
    private final List<String> comments = new ArrayList<>();
    private boolean ended;

    Follower(Connection connection, Head head, Duration timeout) throws IOException {
        this.connection = connection;
        this.head = head;
        this.body = new Body(connection, head);
        this.timeout = timeout;
    }

    @Override
    public void event(String type, String data, String lastEventId) {
        events.add(new Seen(type, data, lastEventId));
    }

    @Override
    public void comment(String text) {
        comments.add(text);
    }

    Head head() {
        return head;
    }

    Body body() {
        return body;
    }

    Connection connection() {
        return connection;
    }

    List<Seen> events() {
        return events;
    }

    int comments() {
        return comments.size();
    }

    /** Returns the id that a client would resume from. */
    String lastEventId() {
        return decoder.lastEventId();
    }

    boolean hasEnded() {
        return ended;
    }

    /** Returns all that it has read. */
    byte[] bytes() {
        return bytes.toByteArray();
    }

    /** Returns the event whose data has a mark, or null where it does not come in time. */
    @Nullable
    Seen await(String mark) throws IOException {
        await(() -> find(mark) != null, timeout);
        return find(mark);
    }

    /**
     * Returns the event whose data has a mark.
     *
     * @throws IOException if it does not come in time
     */
    Seen want(String mark) throws IOException {
        Seen event = await(mark);
        if (event == null) {
            throw new IOException("an event had not come within " + Finding.seconds(timeout));
        }
        return event;
    }

    /** Returns whether the bytes of a mark come in time. */
    boolean awaitBytes(String mark) throws IOException {
        return await(() -> hasBytes(mark), timeout);
    }

    boolean hasBytes(String mark) {
        return bytes.toString(ISO_8859_1).contains(mark);
    }

    @Nullable
    Seen find(String mark) {
        for (int i = events.size() - 1; i >= 0; i--) {
            if (events.get(i).has(mark)) {
                return events.get(i);
            }
        }
        return null;
    }

    /** Reads until something is so, and returns whether it is. */
    boolean await(BooleanSupplier isSo, Duration within) throws IOException {
        return await(isSo, SOME, within);
    }

    /** Reads at most so many bytes at a time until something is so, and returns whether it is. */
    boolean await(BooleanSupplier isSo, int most, Duration within) throws IOException {
        long deadline = System.nanoTime() + within.toNanos();
        while (!isSo.getAsBoolean()) {
            if (ended || !read(most, deadline)) {
                return isSo.getAsBoolean();
            }
        }
        return true;
    }

    private boolean read(int most, long deadline) throws IOException {
        if (System.nanoTime() > deadline) {
            return false;
        }
        byte[] part;
        try {
            part = body.next(most, deadline);
        } catch (SocketTimeoutException e) {
            return false;
        }
        if (part == null) {
            ended = true;
            return false;
        }
        bytes.writeBytes(part);
        decoder.feed(ByteBuffer.wrap(part));
        return true;
    }

    /** Returns the lines that it has read, but for one that has not ended; the text is in UTF-8. */
    List<String> lines() {
        String text = bytes.toString(StandardCharsets.UTF_8);
        List<String> lines = new ArrayList<>(List.of(text.split("\r\n|\r|\n", -1)));
        lines.remove(lines.size() - 1);
        return lines;
    }

    /** Goes away as a process that ends does. */
    void cut() throws IOException {
        connection.reset();
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
