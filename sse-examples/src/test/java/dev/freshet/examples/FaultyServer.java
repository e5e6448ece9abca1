package dev.freshet.examples;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A small server of streams, or one of two nodes of such, with one fault, which it shows from the fourth event on. */
final class FaultyServer implements AutoCloseable {

    enum Fault {
        NONE,
        LOSES,
        DOUBLES,
        REORDERS,
        CLOSES,
        REFUSES_LATER,
        HANGS_UP_ON_PUBLISHERS,
        HANGS_UP_WITHOUT_AN_ANSWER,
        /** Of two nodes: to the other, the first events come behind the other's own first. */
        ORDERS_BY_NODE
    }

    private static final int FAULTY = 4;
    private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n";

    private final Fault fault;
    private final boolean chunked;
    private final ServerSocket door;
    private final Object lock;
    private final List<Socket> sockets = new ArrayList<>(); // guarded by the lock, as all below
    private final List<Socket> streams = new ArrayList<>();
    private @Nullable FaultyServer peer;
    private int events;
    private String held = "";
    private String heldOfPeer = "";

    FaultyServer(Fault fault, boolean chunked) throws IOException {
        this(fault, chunked, new Object());
    }

    private FaultyServer(Fault fault, boolean chunked, Object lock) throws IOException {
        this.lock = lock;
        this.fault = fault;
        this.chunked = chunked;
        this.door = new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        start(this::accept);
    }

    /** Another node: what is published at either comes to the streams of both. */
    FaultyServer withPeer() throws IOException {
        FaultyServer other = new FaultyServer(fault, chunked, lock);
        synchronized (lock) {
            other.peer = this;
            peer = other;
        }
        return other;
    }

    String url() {
        return "http://127.0.0.1:" + door.getLocalPort() + "/events";
    }

    /** How many were published here. */
    int events() {
        synchronized (lock) {
            return events;
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "faulty");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = door.accept();
                synchronized (lock) {
                    sockets.add(socket);
                }
                start(() -> serve(socket));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket socket) {
        try {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            for (String request = in.readLine(); request != null; request = in.readLine()) {
                int length = 0;
                for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                    String header = line.toLowerCase(Locale.ROOT);
                    if (header.startsWith("content-length: ")) {
                        length = Integer.parseInt(header.substring("content-length: ".length()));
                    }
                }
                char[] body = new char[length];
                for (int read = 0; read < length; ) {
                    read += in.read(body, read, length - read);
                }
                synchronized (lock) {
                    if (request.startsWith("GET")) {
                        follow(socket);
                    } else {
                        publish(socket, new String(body));
                    }
                }
            }
        } catch (IOException | UncheckedIOException e) {
            // gone
        }
    }

    private void follow(Socket socket) {
        String framing = chunked ? "Transfer-Encoding: chunked\r\n\r\n" : "\r\n";
        write(socket, HEAD + framing + frame(": hello\n\n"));
        streams.add(socket);
    }

    private void publish(Socket publisher, String data) throws IOException {
        events++;
        boolean faulty = events == FAULTY;
        String event = frame("data:" + data + "\r\n\r\n");
        if (faulty && fault == Fault.REFUSES_LATER) {
            write(publisher, "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 2\r\n\r\nno");
            return;
        }
        for (Socket stream : streams) {
            if (faulty && fault == Fault.CLOSES) {
                stream.close();
            } else if (!stream.isClosed()) {
                write(stream, faulty ? spoilt(event) : event + held);
            }
        }
        held = faulty && fault == Fault.REORDERS ? event : "";
        if (peer != null) {
            write(streams, heldOfPeer);
            heldOfPeer = "";
            peer.published(event);
        }
        boolean last = fault == Fault.HANGS_UP_ON_PUBLISHERS && events % FAULTY == 0;
        if (faulty && fault == Fault.HANGS_UP_WITHOUT_AN_ANSWER) {
            publisher.shutdownOutput();
            throw new IOException("hung up");
        }
        write(publisher, "HTTP/1.1 204 No Content\r\n" + (last ? "Connection: close\r\n\r\n" : "\r\n"));
        if (last) {
            publisher.shutdownOutput();
            throw new IOException("hung up");
        }
    }

    private void published(String event) {
        if (fault == Fault.ORDERS_BY_NODE && events == 0) {
            heldOfPeer += event;
        } else {
            write(streams, event);
        }
    }

    private static void write(List<Socket> streams, String text) {
        streams.forEach(stream -> write(stream, text));
    }

    private String spoilt(String event) {
        return switch (fault) {
            case LOSES, REORDERS -> "";
            case DOUBLES -> event + event;
            default -> event;
        };
    }

    private String frame(String text) {
        return chunked ? Integer.toHexString(text.length()) + "\r\n" + text + "\r\n" : text;
    }

    private static void write(Socket socket, String text) {
        try {
            OutputStream out = socket.getOutputStream();
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
        synchronized (lock) {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }
}
