package dev.freshet.examples.load.client;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The parser of one stream, which finds marks only. It creates no strings and keeps at most the beginning of a line, so
 * that it costs far less than what is measured. An event counts at its blank line, as in a browser. Not thread-safe.
 */
final class MarkScanner {

    /** The receiver of events with data, except for the one that reports the open stream. */
    interface Sink {

        /** Called with an event of this run. */
        void marked(long due, int sequence);

        /** Called with an event with other data. */
        void foreign();
    }

    private static final int FIELD = "data:".length();
    private static final byte PADDING = 'x';
    private static final byte[] EVENT = "event:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OPENING = "stream-open".getBytes(StandardCharsets.US_ASCII);

    private final Mark mark;
    private final Sink sink;

    /** The beginning of a line that is not complete, and its length so far. */
    private final byte[] head = new byte[FIELD + 1 + Mark.LENGTH];

    private int length;
    private boolean filled = true;
    private boolean afterCr;

    /** The state of the event so far. */
    private int dataLines;

    private boolean marked;
    private boolean opening;
    private long due;
    private int sequence;

    MarkScanner(Mark mark, Sink sink) {
        this.mark = mark;
        this.sink = sink;
    }

    void scan(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            if (length == 0) {
                if (afterCr && bytes[at] == '\n') {
                    afterCr = false;
                    at++;
                    continue;
                }
                afterCr = false;
                int end = bytes[at] == 'd' ? wholeLine(bytes, at, to) : -1;
                if (end >= 0) {
                    afterCr = bytes[end] == '\r';
                    at = end + 1;
                    continue;
                }
            }
            byte next = bytes[at++];
            if (next == '\n' || next == '\r') {
                endLine();
                afterCr = next == '\r';
            } else {
                take(next);
            }
        }
    }

    /** Parses a complete line with a mark: the fast path. Returns the index of its end, or -1 if there is none here. */
    private int wholeLine(byte[] bytes, int at, int to) {
        if (to - at <= FIELD + 1 + mark.size() || !isData(bytes, at)) {
            return -1;
        }
        int from = bytes[at + FIELD] == ' ' ? at + FIELD + 1 : at + FIELD;
        int end = from + mark.size();
        if ((bytes[end] != '\n' && bytes[end] != '\r') || !mark.matches(bytes, from, end)) {
            return -1;
        }
        data(true, bytes, from);
        return end;
    }

    private void take(byte next) {
        if (length < head.length) {
            head[length] = next;
        } else {
            filled &= next == PADDING;
        }
        if (length < Integer.MAX_VALUE) {
            length++;
        }
    }

    private void endLine() {
        if (length == 0) {
            endEvent();
            return;
        }
        if (length >= FIELD && isData(head, 0)) {
            int from = length > FIELD && head[FIELD] == ' ' ? FIELD + 1 : FIELD;
            boolean whole = length == from + mark.size() && filled;
            data(whole && mark.matches(head, from, head.length), head, from);
        } else if (length == FIELD - 1 && head[FIELD - 2] == 'a' && isDat(head, 0)) {
            data(false, head, 0);
        } else if (head[0] == 'e'
                && length >= EVENT.length
                && Arrays.equals(head, 0, EVENT.length, EVENT, 0, EVENT.length)) {
            opening = isOpening();
        }
        length = 0;
        filled = true;
    }

    private boolean isOpening() {
        int from = head[EVENT.length] == ' ' ? EVENT.length + 1 : EVENT.length;
        return length == from + OPENING.length && Arrays.equals(head, from, length, OPENING, 0, OPENING.length);
    }

    private void data(boolean isMark, byte[] bytes, int from) {
        dataLines++;
        marked = isMark;
        if (isMark) {
            due = Mark.due(bytes, from);
            sequence = Mark.sequence(bytes, from);
        }
    }

    private void endEvent() {
        if (dataLines == 1 && marked) {
            sink.marked(due, sequence);
        } else if (dataLines > 0 && !opening) {
            sink.foreign();
        }
        dataLines = 0;
        marked = false;
        opening = false;
    }

    private static boolean isData(byte[] bytes, int at) {
        return isDat(bytes, at) && bytes[at + 3] == 'a' && bytes[at + 4] == ':';
    }

    private static boolean isDat(byte[] bytes, int at) {
        return bytes[at] == 'd' && bytes[at + 1] == 'a' && bytes[at + 2] == 't';
    }
}
