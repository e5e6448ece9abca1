package dev.freshet.examples.conformance.check;

import dev.freshet.examples.conformance.wire.Body.Framing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** The checks of the bytes of a stream: its framing as a message, and its lines. */
final class StreamChecks {

    private static final Set<String> FIELDS = Set.of("event", "data", "id", "retry");
    private static final byte[] BOM = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private StreamChecks() {}

    static Finding framing(Server server) throws IOException {
        try (Follower follower = server.follow()) {
            if (server.canPublish()) {
                for (int i = 0; i < 3 && follower.awaitBytes(server.publishMark()); i++) {
                    // one more
                }
            } else {
                follower.await(() -> follower.bytes().length > 0, server.timeout());
            }
            if (follower.body().framing() == Framing.CHUNKED
                    && follower.head().version().equals("HTTP/1.0")) {
                return Finding.bad("chunks in an answer of HTTP/1.0", "none of HTTP/1.1's framing");
            }
            if (follower.bytes().length == 0) {
                return Finding.unseen("no byte within " + Finding.seconds(server.timeout()));
            }
            return switch (follower.body().framing()) {
                case CHUNKED -> Finding.good("chunked, " + follower.body().chunks() + " chunks");
                case LENGTH ->
                    Finding.advice(follower.head().told("Content-Length"), "chunks, or the end of the connection");
                case CLOSE -> Finding.good("to the end of the connection");
            };
        }
    }

    static Finding toldClose(Server server) throws IOException {
        try (Follower follower = server.follow()) {
            return follower.body().framing() == Framing.CLOSE
                    ? Finding.of(
                            follower.head().lists("Connection", "close")
                                    || follower.head().version().equals("HTTP/1.0"),
                            follower.head().version() + ", neither chunks nor a length, "
                                    + follower.head().told("Connection"),
                            "Connection: close")
                    : Finding.good("not to the end of the connection");
        }
    }

    static Finding toldEnd(Server server) throws IOException {
        try (Follower follower = server.follow()) {
            return Finding.of(
                    follower.body().framing() == Framing.CHUNKED,
                    follower.body().framing() == Framing.CHUNKED
                            ? "chunked"
                            : "the end of the connection is the end of the stream",
                    "chunks, so that a cut is not taken for the end");
        }
    }

    static Finding atOnce(Server server) throws IOException {
        try (Follower follower = server.follow()) {
            for (int i = 1; i <= 3; i++) {
                if (!follower.awaitBytes(server.publishMark())) {
                    return Finding.bad(
                            "event " + i + " had not come within " + Finding.seconds(server.timeout()),
                            "each event before the next one is published");
                }
            }
            return Finding.good("each of 3 events before the next one was published");
        }
    }

    static Finding blankLine(Server server) throws IOException {
        try (Follower follower = server.follow()) {
            String mark = server.publishMark();
            if (!follower.awaitBytes(mark)) {
                return Finding.bad("no event", "an event");
            }
            return Finding.of(
                    follower.await(mark) != null,
                    follower.find(mark) != null ? "behind the event" : "the event's lines, and no blank line",
                    "a blank line behind each event, at once");
        }
    }

    static Finding fieldNames(Server server) throws IOException {
        Set<String> unknown = new TreeSet<>();
        for (String line : linesOf(server)) {
            String name = line.contains(":") ? line.substring(0, line.indexOf(':')) : line;
            boolean isOfOtherCheck = name.startsWith("\ufeff");
            if (!name.isEmpty() && !isOfOtherCheck && !FIELDS.contains(name)) {
                unknown.add(name);
            }
        }
        return Finding.of(
                unknown.isEmpty(),
                unknown.isEmpty() ? "none but these" : Finding.quoted(String.join("', '", unknown)),
                "event, data, id, retry and comments");
    }

    static Finding retry(Server server) throws IOException {
        return valuesOf(server, "retry", value -> value.matches("[0-9]+"), "ASCII digits alone");
    }

    static Finding idWithoutNul(Server server) throws IOException {
        return valuesOf(server, "id", value -> value.indexOf('\0') < 0, "no NUL in an id");
    }

    private static Finding valuesOf(Server server, String field, Predicate<String> isGood, String expected)
            throws IOException {
        int count = 0;
        for (String line : linesOf(server)) {
            if (line.startsWith(field + ":")) {
                String value = line.substring(field.length() + 1);
                if (!isGood.test(value.startsWith(" ") ? value.substring(1) : value)) {
                    return Finding.bad(Finding.quoted(line), expected);
                }
                count++;
            }
        }
        return Finding.good(count == 0 ? "no " + field : count + " of " + field);
    }

    static Finding byteOrderMarks(Server server) throws IOException {
        byte[] bytes = bytesOf(server);
        for (int i = 1; i + BOM.length <= bytes.length; i++) {
            boolean begins = bytes[i - 1] == '\n' || bytes[i - 1] == '\r';
            if (begins && bytes[i] == BOM[0] && bytes[i + 1] == BOM[1] && bytes[i + 2] == BOM[2]) {
                return Finding.bad("one at byte " + i, "none but at the start");
            }
        }
        return Finding.good("none but at the start");
    }

    static Finding lineEnds(Server server) throws IOException {
        byte[] bytes = bytesOf(server);
        Set<String> ends = new TreeSet<>();
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\r' && i + 1 == bytes.length) {
                break; // what follows it has not come
            }
            if (bytes[i] == '\r') {
                boolean withLf = i + 1 < bytes.length && bytes[i + 1] == '\n';
                ends.add(withLf ? "CRLF" : "CR");
                i += withLf ? 1 : 0;
            } else if (bytes[i] == '\n') {
                ends.add("LF");
            }
        }
        return Finding.of(
                ends.size() == 1 && !ends.contains("CR"),
                ends.isEmpty() ? "no line" : String.join(", ", ends),
                "LF throughout, or CRLF");
    }

    static Finding ids(Server server) throws IOException {
        List<String> ids = new ArrayList<>();
        try (Follower follower = server.follow()) {
            for (int i = 0; i < 3; i++) {
                ids.add(follower.want(server.publishMark()).id());
            }
        }
        return Finding.of(
                !ids.contains("") && Set.copyOf(ids).size() == ids.size(),
                ids.contains("") ? "an event without one" : String.join(", ", ids),
                "an id of its own for each event");
    }

    /** Returns the bytes of a stream from its start to the blank line of its third event. */
    private static byte[] bytesOf(Server server) throws IOException {
        try (Follower follower = server.follow()) {
            readSome(server, follower);
            return follower.bytes();
        }
    }

    private static List<String> linesOf(Server server) throws IOException {
        try (Follower follower = server.follow()) {
            readSome(server, follower);
            return follower.lines();
        }
    }

    private static void readSome(Server server, Follower follower) throws IOException {
        for (int i = 0; i < 3; i++) {
            follower.want(server.publishMark());
        }
    }
}
