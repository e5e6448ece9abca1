package dev.freshet.netty;

import java.io.ByteArrayOutputStream;

/** Takes the framing of chunks off a body as it comes (RFC 9112 7.1), without trailers. For one thread. */
final class Unchunking {
    private final StringBuilder line = new StringBuilder();
    private int left;
    private boolean ended;

    /** The content in the next bytes of the body. */
    byte[] feed(byte[] bytes, int from, int to) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (int i = from; i < to && !ended; i++) {
            if (left > 0) {
                content.write(bytes[i]);
                left--;
            } else if (bytes[i] != '\n') {
                line.append((char) bytes[i]);
            } else {
                String size = line.toString().strip();
                line.setLength(0);
                if (!size.isEmpty()) { // the end of the chunk before
                    left = Integer.parseInt(size, 16);
                    ended = left == 0;
                }
            }
        }
        return content.toByteArray();
    }

    /** Whether the last chunk has come. */
    boolean hasEnded() {
        return ended;
    }
}
