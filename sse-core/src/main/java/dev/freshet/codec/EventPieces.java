package dev.freshet.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.freshet.event.SseEvent;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The encoding of many events in pieces of at most {@value #BYTES} bytes. Each piece has whole events, unless a single
 * event is larger. An event is encoded when its first piece is requested. Not thread-safe.
 */
public final class EventPieces implements Iterator<byte[]> {
    /** The longest piece: 16 KiB together with the framing of a transport. */
    public static final int BYTES = (16 << 10) - 16;

    private static final byte[] NOTHING = {};

    private final Iterator<SseEvent> events;
    private final @Nullable String lastId;

    /** The event that is being cut. {@link #out} is the number of its bytes that are in earlier pieces. */
    private byte[] event = NOTHING;

    private int out;

    /**
     * Creates the pieces of some events. None is encoded yet.
     *
     * @param events the events
     * @param lastId the id of the last event if that has none of its own, or null
     */
    public EventPieces(List<SseEvent> events, @Nullable String lastId) {
        Objects.requireNonNull(events, "events");
        this.events = events.iterator();
        this.lastId = lastId;
    }

    @Override
    public boolean hasNext() {
        return out < event.length || events.hasNext();
    }

    /**
     * Encodes the next piece.
     *
     * @return a new array, not empty
     * @throws NoSuchElementException if there is no further piece
     */
    @Override
    public byte[] next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        byte[] piece = NOTHING;
        int length = 0;
        while (hasNext()) {
            if (out == event.length) {
                event = encode(events.next());
                out = 0;
            }
            int left = event.length - out;
            if (length > 0 && left > BYTES - length) {
                break; // the next event begins the next piece
            }
            int some = Math.min(left, BYTES);
            if (piece.length < length + some) {
                piece = Arrays.copyOf(piece, Math.min(BYTES, Math.max(length + some, 2 * piece.length)));
            }
            System.arraycopy(event, out, piece, length, some);
            out += some;
            length += some;
        }
        return piece.length == length ? piece : Arrays.copyOf(piece, length);
    }

    private byte[] encode(SseEvent next) {
        requireNonNull(next, "event");
        if (events.hasNext() || lastId == null || next.id() != null) {
            return EventEncoder.encode(next);
        }
        byte[] ending = ("id: " + lastId + "\n\n").getBytes(UTF_8);
        byte[] body = EventEncoder.encodeBody(next);
        byte[] whole = Arrays.copyOf(body, body.length + ending.length);
        System.arraycopy(ending, 0, whole, body.length, ending.length);
        return whole;
    }
}
