package dev.freshet.netty;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Where a stream over HTTP/1.1 without TLS was cut. */
enum CutPlace {
    HEAD,
    OPENING,
    BEFORE_FIRST_EVENT,
    EVENT,
    ID_LINE,
    BETWEEN_EVENTS;

    private static final String BLOCK_END = "\n\n";

    /** By what had passed. */
    static CutPlace of(byte[] passed) {
        String head = new String(passed, StandardCharsets.ISO_8859_1);
        int end = head.indexOf("\r\n\r\n") + 4;
        if (end < 4) {
            return HEAD;
        }
        boolean chunked = head.substring(0, end).toLowerCase(Locale.ROOT).contains("transfer-encoding: chunked");
        String stream = chunked
                ? new String(new Unchunking().feed(passed, end, passed.length), StandardCharsets.ISO_8859_1)
                : head.substring(end);
        if (!stream.contains(BLOCK_END)) {
            return OPENING;
        }
        if (!stream.contains("event: " + Told.TICK + "\n")) {
            return BEFORE_FIRST_EVENT;
        }
        String last = stream.substring(stream.lastIndexOf(BLOCK_END) + BLOCK_END.length());
        while (last.startsWith(":\n")) {
            last = last.substring(2);
        }
        String line = last.substring(last.lastIndexOf('\n') + 1);
        return last.isEmpty() ? BETWEEN_EVENTS : line.startsWith("i") ? ID_LINE : EVENT;
    }
}
