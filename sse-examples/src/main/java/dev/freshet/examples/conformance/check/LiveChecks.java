package dev.freshet.examples.conformance.check;

import dev.freshet.examples.conformance.wire.Address;
import dev.freshet.examples.conformance.wire.Body;
import dev.freshet.examples.conformance.wire.Connection;
import dev.freshet.examples.conformance.wire.Head;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/** The checks of a server that has several clients, some of which are silent, stuck or gone. */
final class LiveChecks {

    private static final Duration AFTER_OPENING = Duration.ofSeconds(1);
    private static final Duration BETWEEN_COUNTS = Duration.ofMillis(100);
    private static final int STREAMS = 8;
    private static final int READINGS = 5;
    private static final int WRITES_TO_NOTICE = 3;
    /** With the length of {@link DataChecks#longText} more than the buffers of both sockets hold. */
    private static final int PIECES = 160;

    private static final int SMALL_BUFFER = 4096;

    private LiveChecks() {}

    static Finding heartbeat(Server server) throws IOException {
        Duration heartbeat = server.expectations().heartbeat();
        try (Follower follower = server.follow()) {
            if (server.canPublish()) {
                follower.await(server.publishMark()); // what the stream opens with is before
            } else {
                follower.await(() -> false, AFTER_OPENING);
            }
            int before = signs(follower);
            boolean isAlive = follower.await(() -> signs(follower) > before, heartbeat);
            return Finding.of(
                    isAlive,
                    follower.hasEnded()
                            ? "the stream ended"
                            : (isAlive ? "a comment or an event" : "nothing") + " within " + Finding.seconds(heartbeat),
                    "a comment or an event within " + Finding.seconds(heartbeat));
        }
    }

    private static int signs(Follower follower) {
        return follower.comments() + follower.events().size();
    }

    static Finding streams(Server server) throws IOException {
        List<Follower> followers = new ArrayList<>();
        try {
            for (int i = 0; i < STREAMS; i++) {
                followers.add(server.follow());
            }
            String mark = server.publishMark();
            int without = 0;
            for (Follower follower : followers) {
                without += follower.await(mark) == null ? 1 : 0;
            }
            return Finding.of(
                    without == 0,
                    without == 0 ? "each of " + STREAMS : without + " of " + STREAMS + " without the event",
                    "the event in each of " + STREAMS + " streams");
        } finally {
            close(followers);
        }
    }

    /** A client that takes no byte, while much more is published than sockets hold. */
    static Finding stalledReader(Server server) throws IOException {
        try (Follower stalled = server.follow(server.address().connect(SMALL_BUFFER), "HTTP/1.1");
                Follower beside = server.follow()) {
            for (int i = 1; i <= PIECES; i++) {
                String mark = server.mark();
                try {
                    server.publish(DataChecks.longText(mark));
                } catch (PublishException e) {
                    if (e.isRefusal()) {
                        throw e;
                    }
                    return Finding.bad("event " + i + ": " + e.getMessage(), "publishing goes on");
                }
                if (beside.await(mark) == null) {
                    return Finding.bad(
                            "event " + i + " had not come within " + Finding.seconds(server.timeout()),
                            "events at the others, as before");
                }
            }
            stalled.cut();
            return Finding.good(PIECES + " events of " + DataChecks.LONG + " bytes beside it");
        }
    }

    static Finding clientGone(Server server) throws IOException {
        Address count = server.expectations().count();
        if (count == null) {
            return Finding.notRun("no --count");
        }
        if (server.canPublish()) {
            noticeAll(server);
        }
        Long base = steady(server, count);
        if (base == null) {
            return Finding.notRun("--count: no number for --count-pattern " + pattern(server) + ", or none that stays");
        }
        List<Follower> followers = new ArrayList<>();
        try {
            for (int i = 0; i < STREAMS; i++) {
                followers.add(server.follow());
            }
            Long open = awaitCount(server, count, base + STREAMS);
            if (open == null || open != base + STREAMS) {
                return Finding.notRun("--count: " + open + " with " + STREAMS + " clients more than at " + base);
            }
            close(followers);
            Long left = awaitCount(server, count, base);
            return Finding.of(
                    left != null && left.equals(base),
                    open + " streams with " + STREAMS + " clients, " + left + " without",
                    "fewer by " + STREAMS + " within " + Finding.seconds(server.timeout()));
        } finally {
            close(followers);
        }
    }

    /** Has the server write to the clients of the checks before, so that it sees those that it has not seen go. */
    private static void noticeAll(Server server) throws IOException {
        for (int i = 0; i < WRITES_TO_NOTICE; i++) {
            server.publishMark();
            pause();
        }
    }

    /** Returns the count once it stays for some readings, or null where it does not in time. */
    private static @Nullable Long steady(Server server, Address address) throws IOException {
        long deadline = System.nanoTime() + server.timeout().toNanos();
        Long before = count(server, address);
        int same = 0;
        while (before != null && same < READINGS && System.nanoTime() < deadline) {
            pause();
            Long now = count(server, address);
            same = before.equals(now) ? same + 1 : 0;
            before = now;
        }
        return same < READINGS ? null : before;
    }

    /** Returns the count once it is so, or as it is at last. */
    private static @Nullable Long awaitCount(Server server, Address address, long wanted) throws IOException {
        long deadline = System.nanoTime() + server.timeout().toNanos();
        Long now = count(server, address);
        while (now != null && now != wanted && System.nanoTime() < deadline) {
            pause();
            now = count(server, address);
        }
        return now;
    }

    private static String pattern(Server server) {
        return server.expectations().countPattern().pattern();
    }

    private static @Nullable Long count(Server server, Address address) throws IOException {
        try (Connection connection = server.askAt(address, "*/*", "Connection: close")) {
            Head head = connection.head();
            String text = new String(new Body(connection, head).all(server.timeout()), StandardCharsets.UTF_8);
            Matcher number = server.expectations().countPattern().matcher(text);
            String digits = head.status() == 200 && number.find() ? number.group(1) : null;
            return digits != null && digits.matches("\\d{1,18}") ? Long.valueOf(digits) : null;
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(BETWEEN_COUNTS.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static void close(List<Follower> followers) throws IOException {
        for (Follower follower : followers) {
            follower.close();
        }
    }
}
