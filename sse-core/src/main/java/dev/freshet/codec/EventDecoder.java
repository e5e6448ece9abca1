package dev.freshet.codec;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A decoder of one {@code text/event-stream}, which is fed with its bytes in chunks of any size.
 *
 * <pre>{@code
 * EventDecoder decoder = new EventDecoder((type, data, lastEventId) -> System.out.println(data));
 * while (channel.read(buffer) >= 0) {
 *     decoder.feed(buffer.flip());
 *     buffer.clear();
 * }
 * decoder.endOfStream();
 * String resumeFrom = decoder.lastEventId();
 * }</pre>
 *
 * <p>WHATWG HTML 9.2.6 in full: one leading byte order mark is dropped; CR, LF and CRLF end a line, also across chunks,
 * and an event is passed to the sink at the first byte of its blank line's end; malformed UTF-8 becomes U+FFFD as in
 * the Encoding Standard; an id with NUL, a retry that is not all ASCII digits and unknown fields are ignored; an event
 * without data is not passed on, but its id is taken over. There is one departure, which browsers share: a stream
 * begins with the id that is given to the constructor, so that events without an id after a reconnect keep it. An empty
 * retry is ignored. A retry that is too large for a long is {@link Long#MAX_VALUE} ms.
 *
 * <p>The memory is bounded: a line (without its end) by {@code maxLineBytes}, and an event's data (with an LF for each
 * line) by {@code maxEventBytes}. Over a limit the decoder throws {@link TooLargeException}, also on every later call.
 *
 * <p>Not safe for use by several threads at once.
 */
public final class EventDecoder {

    /** The bytes that a topic retains by default, which bound the largest event, possibly of one line. */
    private static final int DEFAULT_MAX_BYTES = 1 << 24;

    /** The largest line buffer that is kept for the next line, and the largest data buffer for the next event. */
    static final int KEEP = 1 << 16;

    private static final int BOM_BYTES = 3;

    private final Sink sink;
    private final int maxLineBytes;
    private final int maxEventBytes;

    private final PartialLine partial = new PartialLine();
    private boolean firstLine = true;
    private boolean afterCr;

    private String type = "";
    private StringBuilder data = new StringBuilder();
    private long dataBytes;
    private String id;
    private String lastEventId;

    private boolean ended;
    private @Nullable String refusal;

    /**
     * Creates a decoder for a fresh stream, with lines and events of up to 16 MiB, which a hub with the default
     * retention does not exceed.
     *
     * @param sink the receiver of the events
     */
    public EventDecoder(Sink sink) {
        this(sink, "");
    }

    /**
     * Creates a decoder for a resumed stream, with lines and events of up to 16 MiB, which a hub with the default
     * retention does not exceed.
     *
     * @param sink the receiver of the events
     * @param lastEventId the last event id of the stream before; empty for none
     */
    public EventDecoder(Sink sink, String lastEventId) {
        this(sink, lastEventId, DEFAULT_MAX_BYTES, DEFAULT_MAX_BYTES);
    }

    /**
     * Creates a decoder with limits.
     *
     * @param sink the receiver of the events
     * @param lastEventId the last event id of the stream before; empty for none
     * @param maxLineBytes the longest line, without its end; above 0
     * @param maxEventBytes the most bytes of data of an event; above 0
     * @throws IllegalArgumentException if a limit is not positive
     */
    public EventDecoder(Sink sink, String lastEventId, int maxLineBytes, int maxEventBytes) {
        this.sink = requireNonNull(sink, "sink");
        this.lastEventId = requireNonNull(lastEventId, "lastEventId");
        this.maxLineBytes = positive("maxLineBytes", maxLineBytes);
        this.maxEventBytes = positive("maxEventBytes", maxEventBytes);
        id = lastEventId;
    }

    /**
     * Reads the next bytes of the stream, and passes to the sink the events, comments and retries that they complete.
     * The whole chunk is read on return, and the buffer may be used again. An exception of the sink is passed through;
     * the buffer's position is then after the line that caused it, and the rest can be fed.
     *
     * @param chunk the bytes between position and limit; may be empty, heap or direct, or read-only
     * @throws TooLargeException if a line or an event is over its limit, and on every call after that
     * @throws IllegalStateException after {@link #endOfStream()}
     */
    public void feed(ByteBuffer chunk) {
        requireNonNull(chunk, "chunk");
        if (refusal != null) {
            throw new TooLargeException(refusal);
        }
        if (ended) {
            throw new IllegalStateException("feed: after endOfStream (expected: a decoder for each stream)");
        }
        if (chunk.hasArray()) {
            read(chunk, chunk.array(), chunk.arrayOffset() + chunk.position(), chunk.arrayOffset() + chunk.limit());
        } else {
            byte[] bytes = new byte[chunk.remaining()];
            chunk.duplicate().get(bytes);
            read(chunk, bytes, 0, bytes.length);
        }
    }

    /** Ends the stream. An unfinished event is discarded with its id. A second call has no effect. */
    public void endOfStream() {
        ended = true;
        partial.take();
        data = new StringBuilder();
    }

    /**
     * Returns the last event id, which a client would send as {@code Last-Event-ID} on reconnect: the id as of the last
     * blank line.
     *
     * @return the id; empty for none
     */
    public String lastEventId() {
        return lastEventId;
    }

    private void read(ByteBuffer chunk, byte[] bytes, int from, int to) {
        int base = chunk.position() - from;
        int start = from;
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            if (b == '\n' && afterCr) { // the second half of a CRLF, whose line has ended already
                start = i + 1;
            } else if (b == '\n' || b == '\r') {
                afterCr = b == '\r';
                chunk.position(base + i + 1);
                endLine(bytes, start, i);
                start = i + 1;
                continue;
            }
            afterCr = false;
        }
        chunk.position(base + to);
        keep(bytes, start, to);
    }

    private void endLine(byte[] bytes, int from, int to) {
        if (partial.size() == 0) {
            line(bytes, from, to);
        } else {
            keep(bytes, from, to);
            int size = partial.size();
            line(partial.take(), 0, size);
        }
    }

    private void keep(byte[] bytes, int from, int to) {
        long size = (long) partial.size() + to - from;
        // The first line may begin with a byte order mark, which is not counted.
        if (size > maxLineBytes + (firstLine ? (long) BOM_BYTES : 0)) {
            refuse("line", size, "maxLineBytes", maxLineBytes);
        }
        partial.add(bytes, from, to);
    }

    private void line(byte[] bytes, int start, int end) {
        int from = start;
        if (firstLine) {
            firstLine = false;
            if (Fields.startsWithBom(bytes, from, end)) {
                from += BOM_BYTES;
            }
        }
        if (end - from > maxLineBytes) {
            refuse("line", end - from, "maxLineBytes", maxLineBytes);
        }
        if (from == end) {
            dispatch();
            return;
        }
        int colon = Fields.colon(bytes, from, end);
        int value = Math.min(colon + 1, end);
        if (value < end && bytes[value] == ' ') {
            value++;
        }
        switch (Fields.named(bytes, from, colon)) {
            case COMMENT -> sink.comment(Utf8.decode(bytes, value, end));
            case EVENT -> type = Utf8.decode(bytes, value, end);
            case DATA -> data(bytes, value, end);
            case ID -> {
                if (!Fields.hasNul(bytes, value, end)) {
                    id = Utf8.decode(bytes, value, end);
                }
            }
            case RETRY -> {
                long millis = Fields.digits(bytes, value, end);
                if (millis >= 0) {
                    sink.retry(Duration.ofMillis(millis));
                }
            }
            case UNKNOWN -> {}
        }
    }

    private void data(byte[] bytes, int from, int to) {
        dataBytes += to - from + 1;
        if (dataBytes > maxEventBytes) {
            refuse("event", dataBytes, "maxEventBytes", maxEventBytes);
        }
        data.append(Utf8.decode(bytes, from, to)).append('\n');
    }

    /** Handles a blank line: takes over the id, passes the event on if it has data, and begins the next one. */
    private void dispatch() {
        lastEventId = id;
        String dispatched = type.isEmpty() ? "message" : type;
        type = "";
        if (data.length() == 0) {
            return;
        }
        String text = data.substring(0, data.length() - 1);
        dataBytes = 0;
        if (data.capacity() > KEEP) {
            data = new StringBuilder();
        } else {
            data.setLength(0);
        }
        sink.event(dispatched, text, lastEventId);
    }

    private void refuse(String what, long size, String limit, int most) {
        endOfStream();
        refusal = what + ": " + size + " bytes or more (expected: <= " + limit + ", " + most + ")";
        throw new TooLargeException(refusal);
    }

    private static int positive(String name, int value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
        }
        return value;
    }

    /**
     * A receiver of the contents of a stream, in the stream's order.
     *
     * <p>An implementation must not call the decoder's {@code feed} or {@code endOfStream}.
     *
     * <p>Called only by the thread that feeds the decoder.
     */
    @FunctionalInterface
    public interface Sink {

        /**
         * Receives an event.
         *
         * @param type its type; {@code message} if the stream has none
         * @param data its data, lines joined by LF; may be empty
         * @param lastEventId the last event id at this event; empty if there is none
         */
        void event(String type, String data, String lastEventId);

        /** Receives the time of a {@code retry} field: how long to wait before a reconnect. */
        default void retry(Duration delay) {}

        /** Receives a comment line: the text after the colon, without one leading space. */
        default void comment(String text) {}
    }

    /**
     * The refusal of a stream whose line or event is over the decoder's limit. Its message names both sizes.
     *
     * <p>Immutable, except for what can be changed in every {@link Throwable}.
     */
    public static final class TooLargeException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private TooLargeException(String message) {
            super(message);
        }
    }
}
