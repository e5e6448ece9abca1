package dev.freshet.harness;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.freshet.fixtures.Unchunking;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A proxy on 127.0.0.1 for HTTP/1.1 that drops, doubles or swaps every so many-th event of a stream, and frames the
 * stream anew. A test that is run through it shows that its checks see such faults. Thread-safe.
 */
public final class SabotagingProxy implements AutoCloseable {
    /** What happens to an event. */
    public enum Sabotage {
        /** The event is left out. */
        DROP,
        /** The event is sent twice. */
        DOUBLE,
        /** The event is sent after the one that follows it. */
        SWAP
    }

    private final int target;
    private final Sabotage sabotage;
    private final int every;
    private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger sabotaged = new AtomicInteger();

    /**
     * Starts a proxy.
     *
     * @param target the port of 127.0.0.1 that it connects to
     * @param sabotage what happens to the events
     * @param every the number of events of a connection to each one that it happens to; above 1
     */
    public SabotagingProxy(int target, Sabotage sabotage, int every) throws IOException {
        this.target = target;
        this.sabotage = sabotage;
        this.every = every;
        thread(this::accept);
    }

    /** Returns the port that clients connect to. */
    public int port() {
        return door.getLocalPort();
    }

    /** Returns the number of events that were dropped, doubled or swapped. */
    public int sabotaged() {
        return sabotaged.get();
    }

    private static void thread(Runnable work) {
        Thread thread = new Thread(work, "sabotage");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                Socket client = door.accept();
                Socket server = new Socket(door.getInetAddress(), target);
                client.setTcpNoDelay(true);
                sockets.add(client);
                sockets.add(server);
                thread(() -> pass(client, server, this::copy));
                thread(() -> pass(server, client, this::spoil));
            } catch (IOException e) {
                // closed, or a client that has gone
            }
        }
    }

    private interface Passing {
        void pass(InputStream in, OutputStream out) throws IOException;
    }

    private static void pass(Socket from, Socket to, Passing passing) {
        try (from;
                to) {
            passing.pass(from.getInputStream(), to.getOutputStream());
        } catch (IOException e) {
            // one of them has gone
        }
    }

    private void copy(InputStream in, OutputStream out) throws IOException {
        in.transferTo(out);
    }

    private void spoil(InputStream in, OutputStream out) throws IOException {
        String head = head(in);
        out.write(head.getBytes(ISO_8859_1));
        boolean chunked = head.toLowerCase(Locale.ROOT).contains("transfer-encoding: chunked");
        Unchunking framing = new Unchunking();
        byte[] buffer = new byte[64 * 1024];
        StringBuilder waiting = new StringBuilder();
        int events = 0;
        String held = "";
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            byte[] content = chunked ? framing.feed(buffer, 0, n) : Arrays.copyOf(buffer, n);
            waiting.append(new String(content, ISO_8859_1));
            int whole = 0;
            StringBuilder kept = new StringBuilder();
            for (int end = blockEnd(waiting, 0); end > 0; end = blockEnd(waiting, whole)) {
                String block = waiting.substring(whole, end);
                whole = end;
                if (CutPlace.isEvent(block) && ++events % every == 0) {
                    sabotaged.incrementAndGet();
                    held = sabotage == Sabotage.SWAP ? block : "";
                    kept.append(sabotage == Sabotage.DOUBLE ? block + block : "");
                } else {
                    kept.append(block).append(held);
                    held = "";
                }
            }
            waiting.delete(0, whole);
            write(out, kept, chunked);
            if (framing.hasEnded()) {
                out.write("0\r\n\r\n".getBytes(ISO_8859_1));
                return;
            }
        }
    }

    /** Returns the head, or what there is of it. */
    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
            head.write(b);
            if (b == '\n' && head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
                break;
            }
        }
        return head.toString(ISO_8859_1);
    }

    /** Returns the index after the empty line, or 0 if there is none. */
    private static int blockEnd(StringBuilder text, int from) {
        int empty = text.indexOf("\n\n", from);
        return empty < 0 ? 0 : empty + 2;
    }

    private static void write(OutputStream out, StringBuilder kept, boolean chunked) throws IOException {
        if (kept.isEmpty()) {
            return;
        }
        String framed = chunked ? Integer.toHexString(kept.length()) + "\r\n" + kept + "\r\n" : kept.toString();
        out.write(framed.getBytes(ISO_8859_1));
    }

    /** Stops accepting, and closes the open connections. */
    @Override
    public void close() throws IOException {
        door.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
