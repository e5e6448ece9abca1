package dev.freshet.netty;

import dev.freshet.codec.EventEncoder;
import dev.freshet.event.SseEvent;
import dev.freshet.log.Start;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The opening lines of a stream: its reconnection time and its position. The stream of a generation begins with its
 * first event, because there is no earlier position to resume from. Immutable.
 */
final class HubOpeningLines {
    private static final byte[] END = {'\n'};

    private final StreamOptions options;
    private final boolean isGeneration;
    /** The event whose id is the position, or null if none is sent. */
    private final @Nullable SseEvent first;

    HubOpeningLines(StreamOptions options, StreamTerms terms, boolean isGeneration, Start start) {
        this.options = options;
        this.isGeneration = isGeneration;
        this.first = first(start, terms.opening() == null ? options.opening() : terms.opening());
    }

    private @Nullable SseEvent first(Start start, StreamOpening opening) {
        if (start.reset() != null) {
            return start.reset().toEvent(start.position());
        }
        if (isGeneration || opening == StreamOpening.NONE) {
            return null;
        }
        SseEvent.Builder first = SseEvent.builder().id(start.id());
        if (opening == StreamOpening.EVENT) {
            first.type("stream-open")
                    .data("{\"resume\":\"" + start.outcome().name().toLowerCase(Locale.ROOT) + "\"}");
        }
        return first.build();
    }

    /** Returns the id of the position, or null if none is sent. */
    @Nullable
    String id() {
        return first == null ? null : first.id();
    }

    /**
     * Returns the lines.
     *
     * @param hasState whether a state follows, whose last event has the id of the position, so that a client that is
     *     cut off earlier receives all of it again
     */
    List<byte[]> lines(boolean hasState) {
        List<byte[]> lines = new ArrayList<>(3);
        if (!isGeneration) {
            lines.add(options.retry().line());
        }
        if (first != null && !hasState) {
            lines.add(EventEncoder.encode(first));
        } else if (first != null && first.data() != null) {
            lines.add(EventEncoder.encodeBody(first));
            lines.add(END);
        }
        return lines;
    }
}
