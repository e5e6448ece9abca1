package dev.freshet.examples.faults;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.freshet.fixtures.Unchunking;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The body of one answer, without its framing. Not thread-safe, except for {@link #close()}. */
final class WireStream implements AutoCloseable {
    private final InputStream in;
    private final AutoCloseable connection;
    private final @Nullable Unchunking framing;
    private final byte[] buffer = new byte[16 * 1024];

    private WireStream(InputStream in, AutoCloseable connection, @Nullable Unchunking framing) {
        this.in = in;
        this.connection = connection;
        this.framing = framing;
    }

    /** A body that has no framing left. */
    static WireStream ofBody(InputStream body) {
        return new WireStream(body, body, null);
    }

    /** Sends a request over HTTP/1.1, and reads the head of the answer. */
    static WireStream get(Socket socket, String target, String lastEventId) throws IOException {
        String request = "GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\nLast-Event-ID: " + lastEventId + "\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(ISO_8859_1));
        InputStream in = socket.getInputStream();
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("the connection ended inside the head");
            }
            head.write(b);
        }
        String text = head.toString(ISO_8859_1).toLowerCase(Locale.ROOT);
        if (!text.startsWith("http/1.1 200 ")) {
            throw new IOException("status: " + text.lines().findFirst().orElse("") + " (expected: 200)");
        }
        boolean chunked = text.contains("\r\ntransfer-encoding: chunked\r\n");
        return new WireStream(in, socket, chunked ? new Unchunking() : null);
    }

    /** Reads some bytes, possibly none, and at most so many with their framing; returns null at the end. */
    byte @Nullable [] read(int most) throws IOException {
        if (framing != null && framing.hasEnded()) {
            return null;
        }
        int count = in.read(buffer, 0, Math.min(most, buffer.length));
        if (count < 0) {
            return null;
        }
        return framing == null ? Arrays.copyOf(buffer, count) : framing.feed(buffer, 0, count);
    }

    @Override
    public void close() throws IOException {
        try {
            connection.close();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }
}
