package dev.freshet.netty;

import io.netty.handler.codec.DateFormatter;
import io.netty.util.AsciiString;
import java.util.Date;

/**
 * The {@code Date} field of responses (RFC 9110 6.6.1), formatted once a second. Thread-safe: several threads may
 * format the next second at a time, and the result of any of them may be stored.
 */
final class ResponseDate {
    private record Second(long number, AsciiString text) {}

    private static volatile Second last = second(0);

    private ResponseDate() {}

    /** Returns the value at the current time. */
    static AsciiString now() {
        return at(System.currentTimeMillis());
    }

    /** Returns the value at a time in milliseconds since the epoch. */
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
