package dev.freshet.netty;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

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
 * A proxy on 127.0.0.1 for HTTP/1.1 that leaves out every so many-th event of a stream, and frames the rest anew. It shows
 * that what is lost is seen.
 */
final class SabotagingProxy implements AutoCloseable {
    private final int target;
    private final int every;
    private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger dropped = new AtomicInteger();

    SabotagingProxy(int target, int every) throws IOException {
        this.target = target;
        this.every = every;
        thread(this::accept);
    }

    int port() {
        return door.getLocalPort();
    }

    /** How many events it has left out. */
    int dropped() {
        return dropped.get();
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
                thread(() -> pass(server, client, this::sabotage));
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

    private void sabotage(InputStream in, OutputStream out) throws IOException {
        String head = head(in);
        out.write(head.getBytes(ISO_8859_1));
        boolean chunked = head.toLowerCase(Locale.ROOT).contains("transfer-encoding: chunked");
        Unchunking framing = new Unchunking();
        byte[] buffer = new byte[64 * 1024];
        StringBuilder waiting = new StringBuilder();
        int events = 0;
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            byte[] content = chunked ? framing.feed(buffer, 0, n) : Arrays.copyOf(buffer, n);
            waiting.append(new String(content, ISO_8859_1));
            int whole = 0;
            StringBuilder kept = new StringBuilder();
            for (int end = blockEnd(waiting, 0); end > 0; end = blockEnd(waiting, whole)) {
                String block = waiting.substring(whole, end);
                whole = end;
                if (isEvent(block) && ++events % every == 0) {
                    dropped.incrementAndGet();
                } else {
                    kept.append(block);
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

    /** Or what there is of it. */
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

    /** Behind the empty line, or 0 where there is none. */
    private static int blockEnd(StringBuilder text, int from) {
        int empty = text.indexOf("\n\n", from);
        return empty < 0 ? 0 : empty + 2;
    }

    /** Not what opens a stream. */
    private static boolean isEvent(String block) {
        return block.contains("data: ") && !block.contains("event: stream-");
    }

    private static void write(OutputStream out, StringBuilder kept, boolean chunked) throws IOException {
        if (kept.isEmpty()) {
            return;
        }
        String framed = chunked ? Integer.toHexString(kept.length()) + "\r\n" + kept + "\r\n" : kept.toString();
        out.write(framed.getBytes(ISO_8859_1));
    }

    @Override
    public void close() throws IOException {
        door.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
