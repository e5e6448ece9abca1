package dev.freshet.examples.conformance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A stream of a plain server. Its place is its server's, all else its thread's. */
final class PlainStream {

    private static final long HEARTBEAT_MILLIS = 100;
    private static final int PIECE = 1000;
    private static final int MOST_KEPT = 50_000;
    private static final int LONGEST_CHUNK = 10_000;

    private final PlainServer server;
    private final Fault fault;
    private final OutputStream out;
    private final boolean isChunked;
    private final boolean isResumed;
    private final int before; // how many events were published before the head
    private int place; // guarded by the server

    /** @param id how many events the client has seen, or empty for all */
    PlainStream(PlainServer server, Fault fault, OutputStream out, boolean isChunked, String id) {
        this.server = server;
        this.fault = fault;
        this.out = out;
        this.isChunked = isChunked;
        this.isResumed = !id.isEmpty();
        this.before = server.size();
        this.place = isResumed ? Integer.parseInt(id) : before;
    }

    int place() {
        synchronized (server) {
            return place;
        }
    }

    private void moveBy(int events) {
        synchronized (server) {
            place += events;
            server.written();
        }
    }

    void awaitFirst() throws IOException, InterruptedException {
        while (server.from(place(), HEARTBEAT_MILLIS).isEmpty()) {
            // none yet
        }
    }

    void run() throws IOException, InterruptedException {
        write("retry: 3000\n\n");
        if (isResumed) {
            int count = Math.max(0, before - place());
            List<String> missed =
                    new ArrayList<>(numbered(server.from(place(), 1)).subList(0, count));
            if (fault == Fault.RESUME_LOSES && count > 1) {
                missed.remove(0);
            } else if (fault == Fault.RESUME_DOUBLES && count > 1) {
                missed.add(1, missed.get(0));
            } else if (fault == Fault.RESUME_REORDERS && count > 1) {
                missed.add(0, missed.remove(1));
            }
            if (fault == Fault.RESUME_LOSES_LONG) {
                missed.removeIf(event -> event.length() > MOST_KEPT);
            }
            for (String event : missed) {
                write(event);
            }
            moveBy(count);
        }
        String held = "";
        while (true) {
            List<String> events = numbered(server.from(place(), HEARTBEAT_MILLIS));
            if (events.isEmpty() && fault != Fault.NO_HEARTBEAT) {
                write(":\n");
            }
            for (String event : events) {
                if (fault == Fault.BUFFERS) {
                    write(held);
                    held = event;
                } else {
                    write(event);
                }
                moveBy(1);
            }
        }
    }

    private List<String> numbered(List<String> data) {
        List<String> events = new ArrayList<>();
        int id = place();
        for (String text : data) {
            id++;
            events.add(event(id, text));
        }
        return events;
    }

    private String event(int id, String data) {
        StringBuilder event = new StringBuilder();
        if (fault == Fault.LATE_BLANK_LINE) {
            event.append('\n');
        }
        if (fault == Fault.BOM_IN_EVENTS) {
            event.append("\ufeff:\n");
        }
        if (fault == Fault.RETRY_WITH_UNIT) {
            event.append("retry: 3s\n");
        }
        if (fault == Fault.UNKNOWN_FIELD) {
            event.append("time: 1\n");
        }
        String text = fault == Fault.CUTS_LONG_DATA && data.length() > MOST_KEPT ? data.substring(0, MOST_KEPT) : data;
        text = fault == Fault.DROPS_LAST_LINE && text.endsWith("\n") ? text.stripTrailing() : text;
        String ends = fault == Fault.CR_UNSPLIT ? "\n" : "\r\n|\r|\n";
        for (String line : fault == Fault.LINES_UNSPLIT ? List.of(text) : List.of(text.split(ends, -1))) {
            event.append("data: ")
                    .append(fault == Fault.STRIPS_LINES ? line.strip() : line)
                    .append('\n');
        }
        if (fault != Fault.NO_IDS) {
            event.append("id: ").append(id).append(fault == Fault.MIXED_LINE_ENDS ? "\r\n" : "\n");
        }
        if (fault == Fault.NUL_IN_ID) {
            event.append("id: ").append(id).append("\0\n");
        }
        return event.append(fault == Fault.LATE_BLANK_LINE ? "" : "\n")
                .toString()
                .repeat(fault == Fault.DOUBLES ? 2 : 1);
    }

    private void write(String text) throws IOException {
        byte[] bytes = text.getBytes(fault == Fault.LATIN_1 ? ISO_8859_1 : UTF_8);
        if (fault == Fault.SPLITS_UTF_8) {
            bytes = inPieces(bytes);
        }
        for (int from = 0; from < bytes.length; from += LONGEST_CHUNK) {
            chunk(Arrays.copyOfRange(bytes, from, Math.min(from + LONGEST_CHUNK, bytes.length)));
        }
    }

    private static byte[] inPieces(byte[] bytes) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int from = 0; from < bytes.length; from += PIECE) {
            String piece = new String(bytes, from, Math.min(PIECE, bytes.length - from), UTF_8);
            all.writeBytes(piece.getBytes(UTF_8));
        }
        return all.toByteArray();
    }

    private void chunk(byte[] bytes) throws IOException {
        if (!isChunked) {
            out.write(bytes);
            return;
        }
        ByteArrayOutputStream chunk = new ByteArrayOutputStream();
        int told = fault == Fault.BAD_CHUNK ? bytes.length - 1 : bytes.length;
        chunk.writeBytes((Integer.toHexString(told) + "\r\n").getBytes(ISO_8859_1));
        chunk.writeBytes(bytes);
        chunk.writeBytes("\r\n".getBytes(ISO_8859_1));
        out.write(chunk.toByteArray());
    }
}
