package dev.freshet.netty;

import io.netty.handler.codec.DateFormatter;
import io.netty.util.AsciiString;
import java.util.Date;

/**
 * The field {@code Date} of answers (RFC 9110 6.6.1), formatted once for each second. Thread-safe: threads that find the
 * second over each format the next, and any of them may be kept.
 */
final class ResponseDate {
    private record Second(long number, AsciiString text) {}

    private static volatile Second last = second(0);

    private ResponseDate() {}

    /** Its value now. */
    static AsciiString now() {
        return at(System.currentTimeMillis());
    }

    static AsciiString at(long millis) {
        long number = millis / 1000;
        Second known = last;
        if (known.number != number) {
            known = second(number);
            last = known;
        }
        return known.text;
    }

    private static Second second(long number) {
        return new Second(number, AsciiString.of(DateFormatter.format(new Date(number * 1000))));
    }
}
