package dev.freshet.examples.conformance.check;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The checks of a client that was cut off, and comes back with the id of the last event that it has seen. */
final class ResumeChecks {

    private static final int MISSED = 5;
    private static final int SMALL_READ = 512;

    private ResumeChecks() {}

    /**
     * What a client saw that was away.
     *
     * @param published all events, in order: two seen before, those missed, one behind
     * @param got the same as far as they came after the client was back, in the order in which they came
     */
    private record Resumption(List<String> published, List<String> got) {

        List<String> before() {
            return published.subList(0, 2);
        }

        List<String> after() {
            return published.subList(2, published.size());
        }

        String told() {
            return places(published, got) + " of 1 to " + published.size() + ", of which 1 and 2 were seen before";
        }
    }

    private static @Nullable Resumption resume(Server server, int missed) throws IOException {
        List<String> published = new ArrayList<>();
        String id;
        try (Follower follower = server.follow()) {
            for (int i = 0; i < 2; i++) {
                published.add(server.publishMark());
                follower.want(published.get(i));
            }
            id = follower.lastEventId();
            follower.cut();
        }
        if (id.isEmpty()) {
            return null;
        }
        for (int i = 0; i < missed; i++) {
            published.add(server.publishMark());
        }
        try (Follower follower = server.resume(id)) {
            String last = server.publishMark();
            published.add(last);
            awaitAll(published.subList(2, published.size()), server.publishMark(), server, follower);
            return new Resumption(published, among(published, follower));
        }
    }

    /** What was missed may come behind what is new; what is doubled may come up to the end mark. */
    private static void awaitAll(List<String> marks, String end, Server server, Follower follower) throws IOException {
        follower.await(
                () -> follower.find(end) != null && marks.stream().allMatch(mark -> follower.find(mark) != null),
                server.timeout());
    }

    private static Finding withoutIds() {
        return Finding.notRun("events have no id to resume from");
    }

    static Finding nothingMissed(Server server) throws IOException {
        Resumption seen = resume(server, 0);
        return seen == null
                ? withoutIds()
                : Finding.of(
                        seen.got().equals(seen.after()),
                        seen.got().equals(seen.after()) ? "only what came after" : seen.told(),
                        "nothing but what came after");
    }

    static Finding missed(Server server) throws IOException {
        Resumption seen = resume(server, MISSED);
        return seen == null
                ? withoutIds()
                : Finding.of(
                        seen.got().containsAll(seen.after()),
                        seen.got().containsAll(seen.after()) ? "all " + MISSED : seen.told(),
                        "each of the " + MISSED + " events that were published meanwhile");
    }

    static Finding once(Server server) throws IOException {
        Resumption seen = resume(server, MISSED);
        if (seen == null) {
            return withoutIds();
        }
        boolean isGood = new HashSet<>(seen.got()).size() == seen.got().size()
                && seen.got().stream().noneMatch(seen.before()::contains);
        return Finding.of(
                isGood, isGood ? "none doubled" : seen.told(), "each event once, and none that was seen before");
    }

    static Finding order(Server server) throws IOException {
        Resumption seen = resume(server, MISSED);
        if (seen == null) {
            return withoutIds();
        }
        List<String> distinct = seen.got().stream().distinct().toList();
        List<String> sorted =
                seen.published().stream().filter(distinct::contains).toList();
        return Finding.of(
                distinct.equals(sorted),
                distinct.equals(sorted) ? "the order of publishing" : seen.told(),
                "the order of publishing");
    }

    /** The client reads in small parts, so that it goes away with the rest of the event unread. */
    static Finding inEvent(Server server) throws IOException {
        String cut = server.mark();
        String data = DataChecks.longText(cut);
        String id;
        try (Follower follower = server.follow()) {
            follower.want(server.publishMark());
            if (follower.lastEventId().isEmpty()) {
                return withoutIds();
            }
            server.publish(data);
            follower.await(() -> follower.hasBytes(cut), SMALL_READ, server.timeout());
            if (follower.find(cut) != null || !follower.hasBytes(cut)) {
                return Finding.notRun("the event came whole, or not at all");
            }
            id = follower.lastEventId();
            follower.cut();
        }
        try (Follower follower = server.resume(id)) {
            String last = server.publishMark();
            awaitAll(List.of(cut, last), server.publishMark(), server, follower);
            List<String> got = among(List.of(cut, last), follower);
            Seen again = follower.find(cut);
            boolean isGood = got.equals(List.of(cut, last))
                    && again != null
                    && again.data().equals(data);
            return Finding.of(
                    isGood,
                    isGood
                            ? "the event, whole and once"
                            : got.size() + " events, the one cut off "
                                    + (again == null ? "not" : again.data().length() + " characters long"),
                    "the event that was cut off, whole and once, and the next one");
        }
    }

    static Finding unknownId(Server server) throws IOException {
        int status = server.headOf("GET", "Last-Event-ID: no-id-of-this-server").status();
        return Finding.of(status == 200 || status == 204, "status " + status, "status 200, or 204 for 'no more'");
    }

    /** Returns which of some marks a follower has seen, in the order of the stream, doubled ones twice. */
    static List<String> among(List<String> marks, Follower follower) {
        List<String> got = new ArrayList<>();
        for (Seen event : List.copyOf(follower.events())) {
            marks.stream().filter(event::has).forEach(got::add);
        }
        return got;
    }

    static String places(List<String> published, List<String> got) {
        return got.isEmpty()
                ? "none"
                : "events "
                        + got.stream()
                                .map(mark -> String.valueOf(published.indexOf(mark) + 1))
                                .collect(Collectors.joining(", "));
    }
}
