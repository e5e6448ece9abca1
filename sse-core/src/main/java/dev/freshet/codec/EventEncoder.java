package dev.freshet.codec;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import dev.freshet.event.SseEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

/**
 * An encoder of events as {@code text/event-stream}.
 *
 * <p>An event becomes, in this order, its comment, {@code retry}, {@code event}, {@code data} and {@code id} lines and
 * a blank line, each ended by LF. The id stands last because some clients take an id over before its event is complete,
 * and a cut inside the event would lose it for them. Data and comment become one line for each of theirs; they are
 * split on CRLF, CR and LF, and an empty last line is kept. The colon is always followed by a space, so that a leading
 * space of the value is kept. A lone surrogate becomes U+FFFD. No byte order mark is written.
 *
 * <p>WHATWG HTML 9.2.5 (the stream's grammar) and 9.2.6 (its interpretation): what is written here is read back by any
 * conforming client as the same type, id and data, save that line breaks in data are LF.
 *
 * <p>Stateless, hence safe for use by any number of threads.
 */
public final class EventEncoder {

    private static final byte[] COMMENT = ": ".getBytes(US_ASCII);
    private static final byte[] RETRY = "retry: ".getBytes(US_ASCII);
    private static final byte[] EVENT = "event: ".getBytes(US_ASCII);
    private static final byte[] DATA = "data: ".getBytes(US_ASCII);
    private static final byte[] ID = "id: ".getBytes(US_ASCII);

    /** Room for the field names, a retry and an id of usual length. */
    private static final int ROOM = 96;

    private EventEncoder() {}

    /**
     * Encodes an event, blank line included.
     *
     * @param event the event
     * @return a new array; for an event with nothing set, a single LF
     */
    public static byte[] encode(SseEvent event) {
        return whole(event).toByteArray();
    }

    /**
     * Encodes an event, blank line included, in a single write. The stream is neither flushed nor closed.
     *
     * @param event the event
     * @param out the stream to write to
     * @throws IOException if the stream throws it
     */
    public static void encode(SseEvent event, OutputStream out) throws IOException {
        requireNonNull(out, "out");
        whole(event).writeTo(out);
    }

    /**
     * Encodes an event without the line of its id and without the blank line: the part that does not depend on the
     * event's position in a log. The log appends {@code id: ...} and the blank line.
     *
     * @param event the event; its id is left out
     * @return a new array, empty or ending in LF
     */
    public static byte[] encodeBody(SseEvent event) {
        return body(event).toByteArray();
    }

    private static Lines whole(SseEvent event) {
        Lines lines = body(event);
        String id = event.id();
        if (id != null) {
            lines.add(ID, id);
        }
        lines.end();
        return lines;
    }

    private static Lines body(SseEvent event) {
        requireNonNull(event, "event");
        String comment = event.comment();
        Duration retry = event.retry();
        String type = event.type();
        String data = event.data();
        Lines lines = new Lines(ROOM + (data == null ? 0 : data.length()));
        if (comment != null) {
            lines.add(COMMENT, comment);
        }
        if (retry != null) {
            lines.add(RETRY, Long.toString(retry.toMillis()));
        }
        if (type != null) {
            lines.add(EVENT, type);
        }
        if (data != null) {
            lines.add(DATA, data);
        }
        return lines;
    }
}
