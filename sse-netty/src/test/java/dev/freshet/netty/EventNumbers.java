package dev.freshet.netty;

import java.nio.charset.StandardCharsets;

/**
 * Hears the events in the bytes of a response whose data begin with a letter, a number and a space. A chunk holds whole lines, so
 * its head is a line of its own, which is none of theirs.
 */
final class EventNumbers {
    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);

    /** Is told of each event. */
    interface Listener {
        void event(char kind, long number);
    }

    private final Listener listener;
    private int inLine;
    private boolean isData;
    private boolean isInNumber;
    private char kind;
    private long number;

    EventNumbers(Listener listener) {
        this.listener = listener;
    }

    void take(byte b) {
        if (b == '\n') {
            inLine = 0;
            return;
        }
        if (inLine == 0) {
            isData = true;
            isInNumber = true;
            number = 0;
        }
        if (inLine < DATA.length) {
            isData &= b == DATA[inLine];
        } else if (inLine == DATA.length) {
            kind = (char) b;
        } else if (isData && isInNumber) {
            if (b >= '0' && b <= '9') {
                number = 10 * number + b - '0';
            } else {
                isInNumber = false;
                listener.event(kind, number);
            }
        }
        inLine++;
    }
}
