package dev.freshet.harness;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.freshet.fixtures.Unchunking;
import java.util.Locale;

/** The place at which a stream over HTTP/1.1 without TLS was cut. */
public enum CutPlace {
    HEAD,
    OPENING,
    BEFORE_FIRST_EVENT,
    EVENT,
    ID_LINE,
    BETWEEN_EVENTS;

    private static final String BLOCK_END = "\n\n";

    /**
     * Returns the place of a cut.
     *
     * @param passed all bytes of the response that had passed
     */
    public static CutPlace of(byte[] passed) {
        String head = new String(passed, ISO_8859_1);
        int end = head.indexOf("\r\n\r\n") + 4;
        if (end < 4) {
            return HEAD;
        }
        boolean chunked = head.substring(0, end).toLowerCase(Locale.ROOT).contains("transfer-encoding: chunked");
        return inStream(
                chunked
                        ? new String(new Unchunking().feed(passed, end, passed.length), ISO_8859_1)
                        : head.substring(end));
    }

    private static CutPlace inStream(String stream) {
        int lastEnd = stream.lastIndexOf(BLOCK_END);
        if (lastEnd < 0) {
            return OPENING;
        }
        String last = stream.substring(lastEnd + BLOCK_END.length());
        while (last.startsWith(":\n")) { // heartbeats
            last = last.substring(2);
        }
        if (last.isEmpty()) {
            return hasEvent(stream) ? BETWEEN_EVENTS : BEFORE_FIRST_EVENT;
        }
        return last.substring(last.lastIndexOf('\n') + 1).startsWith("i") ? ID_LINE : EVENT;
    }

    private static boolean hasEvent(String stream) {
        for (String block : stream.split(BLOCK_END)) {
            if (isEvent(block)) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether a block is an event of the application, and not one that opens a stream. */
    static boolean isEvent(String block) {
        return block.contains("data: ") && !block.contains("event: stream-");
    }
}
