package dev.freshet.examples.conformance.check;

import dev.freshet.examples.conformance.wire.Address;
import dev.freshet.examples.conformance.wire.Body;
import dev.freshet.examples.conformance.wire.Connection;
import dev.freshet.examples.conformance.wire.Head;
import dev.freshet.examples.conformance.wire.MalformedException;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;

/** The checks of what HTTP asks of a server of streams beside the streams. */
final class RequestChecks {

    private static final Duration AFTER_EVENT = Duration.ofSeconds(1);

    private RequestChecks() {}

    static Finding head(Server server) throws IOException {
        try (Connection connection = server.ask("HEAD")) {
            Head head = connection.head();
            if (server.canPublish()) {
                server.publishMark(); // what a stream would bring
            }
            int bytes = connection.drain(AFTER_EVENT);
            return Finding.of(
                    bytes == 0, "status " + head.status() + ", " + bytes + " bytes behind the head", "no content");
        }
    }

    static Finding headAsGet(Server server) throws IOException {
        Head head = server.headOf("HEAD");
        Head get = server.headOf("GET");
        return Finding.of(
                head.status() == get.status() && head.lower("Content-Type").equals(get.lower("Content-Type")),
                "status " + head.status() + ", " + head.told("Content-Type"),
                "status " + get.status() + ", " + get.told("Content-Type"));
    }

    static Finding otherMethod(Server server) throws IOException {
        int status = patch(server).status();
        return Finding.of(status == 405 || status == 501, "status " + status + " to PATCH", "status 405, or 501");
    }

    static Finding allow(Server server) throws IOException {
        Head head = patch(server);
        return head.status() != 405
                ? Finding.notRun("status " + head.status() + " to PATCH")
                : Finding.of(head.field("Allow") != null, head.told("Allow"), "Allow, with the methods there are");
    }

    private static Head patch(Server server) throws IOException {
        return server.headOf("PATCH", "Content-Length: 0");
    }

    static Finding gone(Server server) throws IOException {
        Address gone = server.expectations().gone();
        if (gone == null) {
            return Finding.notRun("no --gone");
        }
        try (Connection connection = server.askAt(gone, Server.EVENT_STREAM)) {
            Head head = connection.head();
            int bytes = head.status() == 204 ? connection.drain(AFTER_EVENT) : 0;
            return Finding.of(
                    head.status() == 204
                            && bytes == 0
                            && head.field("Content-Length") == null
                            && head.field("Transfer-Encoding") == null,
                    "status " + head.status() + ", " + bytes + " bytes behind the head, " + head.told("Content-Length")
                            + ", " + head.told("Transfer-Encoding"),
                    "status 204, without a byte, a length or chunks");
        }
    }

    /** A server may end some of them with their connection, but hardly all. */
    static Finding keepAlive(Server server) throws IOException {
        for (String method : List.of("HEAD", "OPTIONS", "PATCH")) {
            try (Connection connection = server.ask(method, "Content-Length: 0")) {
                Head head = connection.head();
                if (!head.lists("Connection", "close")) {
                    return keptAlive(server, connection, head, method);
                }
            }
        }
        return Finding.bad("Connection: close to HEAD, OPTIONS and PATCH", "a connection that serves another request");
    }

    private static Finding keptAlive(Server server, Connection connection, Head head, String method)
            throws IOException {
        if (!method.equals("HEAD")) {
            new Body(connection, head).all(server.timeout());
        }
        try (Follower follower = server.follow(connection, "HTTP/1.1")) {
            return Finding.good("status " + follower.head().status() + " behind the answer to " + method);
        } catch (PublishException e) {
            throw e;
        } catch (IOException e) {
            return Finding.bad(
                    e.getMessage() + ", behind the answer to " + method, "a stream, as no Connection: close was told");
        }
    }

    static Finding http10(Server server) throws IOException {
        try (Follower follower = server.follow(server.address().connect(), "HTTP/1.0")) {
            Head head = follower.head();
            if (head.field("Transfer-Encoding") != null) {
                return Finding.bad(head.told("Transfer-Encoding"), "no chunks for HTTP/1.0");
            }
            boolean came = true;
            if (server.canPublish()) {
                String mark = server.publishMark();
                server.publishMark(); // which brings the one before, where events are held back
                came = follower.awaitBytes(mark);
            }
            return Finding.of(
                    came, came ? "to the end of the connection" : "no event", "a stream to the end of the connection");
        } catch (StatusException e) {
            return e.status() == 426 || e.status() == 505
                    ? Finding.notRun("status " + e.status())
                    : Finding.bad("status " + e.status(), "a stream");
        }
    }

    static Finding host(Server server) throws IOException {
        try (Connection connection = server.askWith("GET", server.fieldsWithoutHost(Server.EVENT_STREAM))) {
            int status = connection.head().status();
            return Finding.of(status == 400, "status " + status, "status 400 to a request without Host");
        }
    }

    /** A stream has no end, so that what is asked behind it is never answered; the stream goes on, or ends. */
    static Finding pipelining(Server server) throws IOException {
        try (Follower follower = server.follow()) {
            follower.connection().send("GET " + server.address().target() + " HTTP/1.1", server.fields());
            String mark = server.publishMark();
            boolean came = false;
            boolean isCut = false;
            try {
                came = follower.await(mark) != null;
            } catch (SocketException e) {
                isCut = true;
            } catch (MalformedException e) {
                if (!follower.body().hasEnded()) {
                    throw e;
                }
                isCut = true;
            }
            boolean hasEnded = isCut || follower.hasEnded();
            boolean isMixed = follower.lines().stream().anyMatch(line -> line.startsWith("HTTP/1."));
            return Finding.of(
                    !isMixed && (came || hasEnded),
                    isMixed
                            ? "a second head in the stream"
                            : came ? "the stream goes on" : hasEnded ? "the stream ended" : "no event",
                    "the stream goes on, or ends");
        }
    }
}
