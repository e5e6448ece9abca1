package dev.freshet.examples.conformance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A small server of streams, a thread for each connection, with one fault. Safe for use by several threads. */
public final class PlainServer implements AutoCloseable {

    private static final DateTimeFormatter IMF_FIXDATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US);

    private final Fault fault;
    private final ServerSocket door;
    private final List<Socket> sockets = new ArrayList<>(); // guarded by this, as all below
    private final List<String> events = new ArrayList<>();
    private final List<PlainStream> streams = new ArrayList<>();
    private int opened;
    private boolean closed;

    public PlainServer(Fault fault) throws IOException {
        this.fault = fault;
        this.door = new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        start(this::accept);
    }

    public String url(String path) {
        return "http://127.0.0.1:" + door.getLocalPort() + path;
    }

    /** Returns the events from a place on, once there are some, or after a while. */
    @SuppressWarnings("WaitNotInLoop") // the caller loops
    synchronized List<String> from(int place, long millis) throws IOException, InterruptedException {
        if (events.size() <= place && !closed) {
            wait(millis);
        }
        if (closed) {
            throw new IOException("closed");
        }
        return List.copyOf(events.subList(Math.min(place, events.size()), events.size()));
    }

    synchronized int size() {
        return events.size();
    }

    synchronized void written() {
        notifyAll();
    }

    private synchronized void publish(String data) throws InterruptedException {
        events.add(data);
        notifyAll();
        while (!closed
                && fault == Fault.WAITS_FOR_ALL
                && streams.stream().anyMatch(stream -> stream.place() < events.size())) {
            wait();
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "plain");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = door.accept();
                socket.setTcpNoDelay(true);
                synchronized (this) {
                    sockets.add(socket);
                    if (closed) {
                        socket.close();
                    }
                }
                start(() -> serve(socket));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (String first = line(in); !first.isEmpty(); first = line(in)) {
                Map<String, String> fields = new HashMap<>();
                for (String line = line(in); !line.isEmpty(); line = line(in)) {
                    String[] field = line.split(":\\s*", 2);
                    fields.put(field[0].toLowerCase(Locale.ROOT), field[1]);
                }
                String content =
                        new String(in.readNBytes(Integer.parseInt(fields.getOrDefault("content-length", "0"))), UTF_8);
                answer(socket, first.split(" "), fields, content);
            }
        } catch (IOException | InterruptedException e) {
            // the client has gone
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            line.append((char) next);
        }
        return line.toString().strip();
    }

    private void answer(Socket socket, String[] request, Map<String, String> fields, String content)
            throws IOException, InterruptedException {
        boolean isOld = request[2].equals("HTTP/1.0");
        String path = request[1];
        if (!isOld && !fields.containsKey("host") && fault != Fault.NO_HOST_WANTED) {
            write(socket, "400 Bad Request", "Content-Length: 0\r\n", "");
        } else if (isOld && fault == Fault.OLD_VERSION_REFUSED) {
            write(socket, "505 HTTP Version Not Supported", "Content-Length: 0\r\n", "");
        } else if (request[0].equals("PATCH") && fault == Fault.METHOD_NOT_FOUND) {
            write(socket, "404 Not Found", "Content-Length: 0\r\n", "");
        } else if (path.equals("/gone")) {
            write(
                    socket,
                    "204 No Content",
                    fault == Fault.GONE_WITH_LENGTH ? "Content-Length: 0\r\n" : "",
                    fault == Fault.GONE_WITH_CONTENT ? "gone" : "");
        } else if (path.equals("/count")) {
            String count = String.valueOf(count());
            write(socket, "200 OK", "Content-Length: " + count.length() + "\r\n", count);
        } else if (path.equals("/publish")) {
            publish(content);
            write(socket, "200 OK", "Content-Length: 0\r\n", "");
        } else if (request[0].equals("OPTIONS")) {
            String field = fault == Fault.PREFLIGHT_WITHOUT_ID ? "Authorization" : "Last-Event-ID";
            String allowed = "Access-Control-Allow-Headers: " + field + "\r\n";
            write(socket, "204 No Content", origin(fields) + allowed, "");
        } else if (request[0].equals("HEAD") && fault == Fault.HEAD_OF_OTHER_TYPE) {
            write(socket, "200 OK", "Content-Type: text/html\r\n", "");
        } else if (request[0].equals("GET")
                && fault == Fault.UNKNOWN_ID_REFUSED
                && !fields.getOrDefault("last-event-id", "0").matches("\\d+")) {
            write(socket, "404 Not Found", "Content-Length: 0\r\n", "");
        } else if (request[0].equals("HEAD")) {
            write(socket, "200 OK", streamFields(fields), fault == Fault.HEAD_WITH_CONTENT ? "retry: 3000\n" : "");
        } else if (request[0].equals("GET")) {
            stream(socket, isOld, fields);
        } else {
            String allow = fault == Fault.NO_ALLOW ? "" : "Allow: GET, HEAD\r\n";
            write(socket, "405 Method Not Allowed", allow + "Content-Length: 0\r\n", "");
        }
    }

    private void stream(Socket socket, boolean isOld, Map<String, String> fields)
            throws IOException, InterruptedException {
        boolean isChunked = (!isOld || fault == Fault.CHUNKS_FOR_HTTP_1_0) && fault != Fault.UNTOLD_CLOSE;
        String framing = isChunked
                ? "Transfer-Encoding: chunked\r\n"
                : fault == Fault.UNTOLD_CLOSE ? "" : "Connection: close\r\n";
        String id = fields.getOrDefault("last-event-id", "");
        PlainStream stream =
                new PlainStream(this, fault, socket.getOutputStream(), isChunked, id.matches("\\d{1,9}") ? id : "");
        synchronized (this) {
            streams.add(stream);
            opened++;
        }
        try {
            if (fault == Fault.LATE_HEAD) {
                stream.awaitFirst();
            }
            write(socket, "200 OK", streamFields(fields) + framing, "");
            stream.run();
        } finally {
            synchronized (this) {
                streams.remove(stream);
                notifyAll();
            }
        }
    }

    private synchronized int count() {
        return fault == Fault.COUNTS_THE_GONE ? opened : streams.size();
    }

    private String streamFields(Map<String, String> fields) {
        String type =
                switch (fault) {
                    case WRONG_TYPE -> "text/plain";
                    case TYPE_WITH_PARAMETER -> "Text/Event-Stream; x=y";
                    default -> "text/event-stream";
                };
        return "Content-Type: " + type + "\r\n" + (fault == Fault.CODED ? "Content-Encoding: x\r\n" : "")
                + (fault == Fault.CACHING_UNTOLD ? "" : "Cache-Control: no-store\r\n") + origin(fields);
    }

    private String origin(Map<String, String> fields) {
        if (fault == Fault.FIXED_ORIGIN) {
            return "Access-Control-Allow-Origin: https://page.example\r\n";
        }
        String origin = fields.get("origin");
        if (origin == null) {
            return fault == Fault.VARY_FOR_ORIGINS_ALONE ? "" : "Vary: Origin\r\n";
        }
        String allowed =
                switch (fault) {
                    case STAR_WITH_CREDENTIALS -> "*\r\nAccess-Control-Allow-Credentials: true";
                    case STAR_WITHOUT_CREDENTIALS -> "*\r\nAccess-Control-Allow-Credentials: false";
                    case TWO_ORIGINS -> origin + ", https://another.example";
                    default -> origin;
                };
        return "Access-Control-Allow-Origin: " + allowed + "\r\nVary: Origin\r\n";
    }

    private void write(Socket socket, String status, String fields, String content) throws IOException {
        String date =
                fault == Fault.NO_DATE ? "" : "Date: " + IMF_FIXDATE.format(ZonedDateTime.now(ZoneOffset.UTC)) + "\r\n";
        String close = fault == Fault.CLOSES_ALWAYS ? "Connection: close\r\n" : "";
        String head = "HTTP/1.1 " + status + "\r\n" + date + close + fields + "\r\n" + content;
        socket.getOutputStream().write(head.getBytes(ISO_8859_1));
        socket.getOutputStream().flush();
    }

    @Override
    public void close() throws IOException {
        door.close();
        synchronized (this) {
            closed = true;
            notifyAll();
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }
}
