package dev.freshet.examples.conformance.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A connection to a server. Not safe for use by several threads at once. */
public final class Connection implements AutoCloseable {

    private static final int BUFFER = 1 << 14;

    private final Socket socket;
    private final Duration timeout;
    private final byte[] buffer = new byte[BUFFER];
    private int from;
    private int to;

    Connection(Socket socket, Duration timeout) {
        this.socket = socket;
        this.timeout = timeout;
    }

    /**
     * Writes a request without content.
     *
     * @param requestLine its first line
     * @param fields its header section, a line each
     */
    public void send(String requestLine, List<String> fields) throws IOException {
        send(requestLine, fields, "");
    }

    /** Writes a request with content, whose length the fields must tell. */
    public void send(String requestLine, List<String> fields, String content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes((requestLine + "\r\n").getBytes(ISO_8859_1));
        for (String field : fields) {
            bytes.writeBytes((field + "\r\n").getBytes(UTF_8));
        }
        bytes.writeBytes(("\r\n" + content).getBytes(UTF_8));
        socket.getOutputStream().write(bytes.toByteArray());
        socket.getOutputStream().flush();
    }

    /** Reads the head of a response, of which there are bytes within the timeout of the address. */
    public Head head() throws IOException {
        return head(timeout);
    }

    /**
     * Reads the head of a response.
     *
     * @throws SocketTimeoutException if it is not there in time; what has come of it is kept for the next call
     */
    public Head head(Duration within) throws IOException {
        long deadline = System.nanoTime() + within.toNanos();
        while (true) {
            Head head = Head.in(buffer, from, to);
            if (head != null) {
                from += head.length();
                if (head.status() / 100 == 1) {
                    continue;
                }
                return head;
            }
            if (to - from >= BUFFER) {
                throw new MalformedException("a head of more than " + BUFFER + " bytes");
            }
            if (!fill(deadline)) {
                throw new IOException(
                        from == to ? "the connection was closed without an answer" : "the head was cut off");
            }
        }
    }

    /**
     * Reads what there is, at least a byte.
     *
     * @param most bytes
     * @param deadline of {@link System#nanoTime()}
     * @return null at the end
     * @throws SocketTimeoutException if there is nothing in time
     */
    byte @Nullable [] read(int most, long deadline) throws IOException {
        if (from == to && !fill(deadline)) {
            return null;
        }
        int length = Math.min(most, to - from);
        byte[] bytes = new byte[length];
        System.arraycopy(buffer, from, bytes, 0, length);
        from += length;
        return bytes;
    }

    private boolean fill(long deadline) throws IOException {
        if (from > 0) {
            System.arraycopy(buffer, from, buffer, 0, to - from);
            to -= from;
            from = 0;
        }
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
            left = 1; // what has arrived already is in time
        }
        socket.setSoTimeout((int) Math.min(left, Integer.MAX_VALUE));
        int read = socket.getInputStream().read(buffer, to, BUFFER - to);
        if (read < 0) {
            return false;
        }
        to += read;
        return true;
    }

    /** Reads up to a deadline what the server sends, whatever it is, and returns how many bytes that were. */
    public int drain(Duration within) throws IOException {
        long deadline = System.nanoTime() + within.toNanos();
        int bytes = 0;
        try {
            byte[] some = read(BUFFER, deadline);
            while (some != null && System.nanoTime() < deadline) {
                bytes += some.length;
                some = read(BUFFER, deadline);
            }
            return some == null ? bytes : bytes + some.length;
        } catch (SocketTimeoutException e) {
            return bytes;
        }
    }

    /** Closes it with a reset, as the end of a process does. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
