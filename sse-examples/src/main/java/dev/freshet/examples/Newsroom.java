package dev.freshet.examples;

import dev.freshet.event.SseEvent;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.random.RandomGenerator;

/** The source of the news: it makes up articles, and keeps the latest few for new streams. Thread-safe. */
final class Newsroom {

    private static final int REMEMBERED = 5;

    private static final List<String> WHO = List.of(
            "Harbour master",
            "Lock keepers",
            "Night ferry",
            "Upper valley",
            "Old mill",
            "Otter census",
            "Rain gauge no. 7",
            "Tide office",
            "Heron colony",
            "Bridge committee");
    private static final List<String> WHAT = List.of(
            "reports the calmest morning in a decade",
            "opens an hour early, to quiet applause",
            "counts more herons than ever before",
            "finds a message in a bottle, addressed to everyone",
            "returns to its summer timetable",
            "reveals a plan for a floating library",
            "sees the first kingfisher of the season",
            "celebrates one hundred years without a leak");
    private static final List<String> DESK = List.of("River", "Harbour", "Weather", "Wildlife", "Culture");

    private final RandomGenerator random;
    private final Deque<SseEvent> latest = new ArrayDeque<>(); // guarded by this
    private long written; // guarded by this
    private int lastWho = -1; // guarded by this

    Newsroom(RandomGenerator random) {
        this.random = random;
    }

    /** Creates the next article. */
    synchronized SseEvent write(Instant now) {
        int who = (lastWho + 1 + random.nextInt(WHO.size() - 1)) % WHO.size(); // never the same twice in a row
        lastWho = who;
        String headline = WHO.get(who) + " " + Storyteller.pick(WHAT, random);
        SseEvent article =
                SseEvent.json("article", new Article(++written, now, Storyteller.pick(DESK, random), headline));
        latest.addLast(article);
        if (latest.size() > REMEMBERED) {
            latest.removeFirst();
        }
        return article;
    }

    /** Returns the latest articles, oldest first. */
    synchronized List<SseEvent> latest() {
        return new ArrayList<>(latest);
    }

    /**
     * An article.
     *
     * @param number counts the articles
     */
    record Article(long number, Instant timestamp, String category, String headline) {}
}
