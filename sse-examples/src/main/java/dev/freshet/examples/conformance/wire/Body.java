package dev.freshet.examples.conformance.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The content of a response, with its framing taken off. Not safe for use by several threads at once. */
public final class Body {

    /** How the end of a content is told. */
    public enum Framing {
        CHUNKED,
        LENGTH,
        CLOSE
    }

    private static final Pattern CHUNK = Pattern.compile("([0-9A-Fa-f]{1,15})[ \\t]*(;.*)?");
    private static final int MOST_OF_LINE = 4096;
    private static final int CRLF = 2;
    private static final int MOST_OF_ALL = 1 << 20;
    private static final int SOME = 1 << 14;

    private final Connection connection;
    private final Framing framing;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private long left;
    private boolean inChunk;
    private boolean afterChunk;
    private boolean ended;
    private int chunks;

    /** Begins to read the content that follows a head. */
    public Body(Connection connection, Head head) throws MalformedException {
        this.connection = connection;
        String length = head.field("Content-Length");
        if (head.field("Transfer-Encoding") != null) {
            if (!head.lower("Transfer-Encoding").equals("chunked")) {
                throw new MalformedException(head.told("Transfer-Encoding") + ", which is not asked for");
            }
            if (length != null) {
                throw new MalformedException("Transfer-Encoding beside Content-Length");
            }
            framing = Framing.CHUNKED;
        } else if (head.status() == 204 || head.status() == 304) {
            framing = Framing.LENGTH;
        } else if (length == null) {
            framing = Framing.CLOSE;
        } else if (length.matches("\\d{1,18}")) {
            framing = Framing.LENGTH;
            left = Long.parseLong(length);
        } else {
            throw new MalformedException("Content-Length: " + length);
        }
    }

    public Framing framing() {
        return framing;
    }

    /** Returns how many chunks have begun. */
    public int chunks() {
        return chunks;
    }

    /** Returns whether its end has been read, or that of the connection. */
    public boolean hasEnded() {
        return ended;
    }

    /**
     * Reads all of it, to its end.
     *
     * @throws SocketTimeoutException if the end does not come in time
     * @throws MalformedException if it is more than 1 MiB
     */
    public byte[] all(Duration within) throws IOException {
        long deadline = System.nanoTime() + within.toNanos();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part = next(deadline); part != null; part = next(deadline)) {
            all.writeBytes(part);
            if (all.size() > MOST_OF_ALL) {
                throw new MalformedException("a finite answer of more than " + MOST_OF_ALL + " bytes");
            }
            if (System.nanoTime() - deadline > 0) {
                throw new SocketTimeoutException("no end in time");
            }
        }
        return all.toByteArray();
    }

    /** Returns the next bytes, or null at the end, whichever comes first. */
    public byte @Nullable [] next(long deadline) throws IOException {
        return next(SOME, deadline);
    }

    /**
     * Returns the next bytes, or null at the end.
     *
     * @param most bytes
     * @param deadline of {@link System#nanoTime()}
     * @throws SocketTimeoutException if there is nothing in time; a later call goes on where this one stopped
     * @throws MalformedException if the framing is broken, or cut off
     */
    public byte @Nullable [] next(int most, long deadline) throws IOException {
        if (ended) {
            return null;
        }
        if (framing == Framing.CHUNKED && !inChunk && !beginChunk(deadline)) {
            ended = true;
            return null;
        }
        if (framing == Framing.LENGTH && left == 0) {
            ended = true;
            return null;
        }
        byte[] part = connection.read(framing == Framing.CLOSE ? most : (int) Math.min(most, left), deadline);
        if (part == null) {
            ended = true;
            if (framing != Framing.CLOSE) {
                throw new MalformedException("the connection was closed " + left + " bytes before the end told");
            }
            return null;
        }
        left -= part.length;
        if (framing == Framing.CHUNKED && left == 0) {
            inChunk = false;
            afterChunk = true;
        }
        return part;
    }

    private boolean beginChunk(long deadline) throws IOException {
        if (afterChunk) {
            line(CRLF, deadline);
            afterChunk = false;
        }
        String size = line(MOST_OF_LINE, deadline);
        Matcher matcher = CHUNK.matcher(size);
        if (!matcher.matches()) {
            throw new MalformedException("the chunk size '" + brief(size) + "' (expected: hexadecimal digits)");
        }
        left = Long.parseLong(matcher.group(1), 16);
        if (left == 0) {
            String trailer = line(MOST_OF_LINE, deadline);
            while (!trailer.isEmpty()) {
                trailer = line(MOST_OF_LINE, deadline);
            }
            return false;
        }
        chunks++;
        inChunk = true;
        return true;
    }

    /** Reads a line. Where it is not all there in time, what has come of it is kept. */
    private String line(int most, long deadline) throws IOException {
        while (true) {
            byte[] one = connection.read(1, deadline);
            if (one == null) {
                ended = true;
                throw new MalformedException("the connection was closed without the last chunk");
            }
            line.writeBytes(one);
            String text = line.toString(ISO_8859_1);
            if (text.endsWith("\r\n")) {
                line.reset();
                return text.substring(0, text.length() - 2);
            }
            if (one[0] == '\n' || text.length() >= most || text.indexOf('\r') >= 0 && one[0] != '\r') {
                throw new MalformedException("'" + brief(text) + "' beside a chunk (expected: CRLF)");
            }
        }
    }

    private static String brief(String text) {
        String shown = text.replace("\r", "\\r").replace("\n", "\\n");
        return shown.length() <= 40 ? shown : shown.substring(0, 40) + "...";
    }
}
