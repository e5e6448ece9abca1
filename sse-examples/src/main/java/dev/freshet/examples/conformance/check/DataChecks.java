package dev.freshet.examples.conformance.check;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** The checks of what is published and what a client gets: all of it, unchanged, in order. */
final class DataChecks {

    static final int LONG = 60_000;
    private static final int MANY = 50;

    private DataChecks() {}

    static Finding lines(Server server) throws IOException {
        return roundTrip(server, mark -> mark + "\nid: second\n\n:fourth\ndata");
    }

    static Finding leadingSpace(Server server) throws IOException {
        return roundTrip(server, mark -> " " + mark + "\n  two\n\tone tab");
    }

    static Finding emptyLastLine(Server server) throws IOException {
        return roundTrip(server, mark -> mark + "\nsecond\n");
    }

    static Finding carriageReturns(Server server) throws IOException {
        return roundTrip(server, mark -> mark + "\r\nsecond\rthird");
    }

    static Finding utf8(Server server) throws IOException {
        return roundTrip(
                server, mark -> mark + " \u00e9 e\u0301 \u20ac \u05e9\u05dc \u6f22 \ud83d\ude00 \u0085\u2028.\ufeff.");
    }

    /** Characters of two, three and four bytes, whose boundaries meet those of buffers in every way. */
    static Finding longUtf8(Server server) throws IOException {
        return roundTrip(server, mark -> {
            StringBuilder text = new StringBuilder(mark);
            for (int bytes = 0; bytes < LONG; bytes += 10) {
                text.append("\u00e9\u20ac\ud83d\ude00x");
            }
            return text.toString();
        });
    }

    static Finding longData(Server server) throws IOException {
        return roundTrip(server, DataChecks::longText);
    }

    /** Returns a text of some more than {@link #LONG} bytes that begins with a mark. */
    static String longText(String mark) {
        return mark + "0123456789".repeat(LONG / 10);
    }

    private static Finding roundTrip(Server server, UnaryOperator<String> text) throws IOException {
        try (Follower follower = server.follow()) {
            String mark = server.mark();
            String published = text.apply(mark);
            String expected = published.replace("\r\n", "\n").replace('\r', '\n');
            server.publish(published);
            Seen event = follower.await(mark);
            if (event == null) {
                return Finding.bad("no event within " + Finding.seconds(server.timeout()), Finding.quoted(expected));
            }
            if (event.data().equals(expected)) {
                return Finding.good("what was published");
            }
            return Finding.bad(difference(event.data(), expected), difference(expected, event.data()));
        }
    }

    /** Returns a text from a little before the place where it differs from another. */
    private static String difference(String text, String other) {
        int at = 0;
        while (at < Math.min(text.length(), other.length()) && text.charAt(at) == other.charAt(at)) {
            at++;
        }
        int from = Math.max(0, at - 10);
        return Finding.quoted(text.substring(Math.min(from, text.length()))) + " from character " + from;
    }

    static Finding order(Server server) throws IOException {
        try (Follower follower = server.follow()) {
            List<String> published = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                published.add(server.publishMark());
            }
            follower.await(published.get(MANY - 1));
            List<String> got = ResumeChecks.among(published, follower);
            return Finding.of(
                    got.equals(published),
                    got.equals(published)
                            ? MANY + " events, in order"
                            : ResumeChecks.places(published, got) + " of 1 to " + MANY,
                    "each of " + MANY + " events once, in the order of publishing");
        }
    }
}
