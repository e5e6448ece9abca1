package dev.freshet.netty;

import dev.freshet.harness.CutPlace;
import dev.freshet.netty.Told.Event;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What came of all streams of one client in one run: a line of the report. Not thread-safe. */
final class ClientReport {
    private static final Path FILE = DriverProcess.ownFolder().resolve("clients.txt");
    private static final String LEGEND = """
            One line for each client in each run. The streams are cut in the places that are counted last, and come back.
            lost, doubled, disorder, alien, stuck: faults, 0 but in the runs "sabotage", whose server or proxy is broken on purpose,
            so that the checks are seen to find it. own: events that a client lost by a fault of its own.
            BY_BLOCKS reads bytes by itself, as clients do that take whole blocks and keep an id only of one with data.

            """;
    private static final String COLUMNS = "%-12s %-19s %-16s %7s %5s %7s %6s %6s %6s %5s %5s %7s %8s %5s %5s  %s%n";

    static {
        begin();
    }

    /**
     * What came of one stream.
     *
     * @param lost how many events never came, but for those that a reset told of, and for the next
     * @param own how many the client lost by a fault of its own, which no server can help
     * @param cuts what had passed before each cut
     * @param reconnects the connections that the proxy took after the first
     * @param problem what never happened, or null
     */
    record Part(
            Tally tally,
            int lost,
            int own,
            List<byte[]> cuts,
            int reconnects,
            @Nullable String problem) {}

    private final String run;
    private final String client;
    private final Wire wire;
    private final Map<CutPlace, Integer> places = new EnumMap<>(CutPlace.class);
    private final List<Event> alien = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private int streams;
    private int cuts;
    private int events;
    private int reconnects;
    private int opens;
    private int resets;
    private int lost;
    private int own;
    private int doubled;
    private int disordered;

    ClientReport(String run, String client, Wire wire) {
        this.run = run;
        this.client = client;
        this.wire = wire;
    }

    void add(Part part) {
        Tally tally = part.tally();
        streams++;
        cuts += part.cuts().size();
        events += tally.events();
        reconnects += part.reconnects();
        opens += tally.opens();
        resets += tally.resets();
        lost += part.lost();
        own += part.own();
        doubled += tally.doubled();
        disordered += tally.disordered();
        alien.addAll(tally.alien());
        if (part.problem() != null) {
            problems.add(part.problem());
        }
        if (wire == Wire.HTTP_1_1) {
            part.cuts().forEach(cut -> places.merge(CutPlace.of(cut), 1, Integer::sum));
        }
    }

    Map<CutPlace, Integer> places() {
        return places;
    }

    int resets() {
        return resets;
    }

    int cuts() {
        return cuts;
    }

    /** What is not as it should be, in words; empty where nothing is. */
    List<String> faults() {
        List<String> faults = new ArrayList<>();
        add(faults, "lost", lost);
        add(faults, "doubled", doubled);
        add(faults, "out of order", disordered);
        add(faults, "alien", alien.size());
        alien.stream().limit(3).forEach(event -> faults.add("alien: " + event));
        add(faults, "stuck", problems.size());
        problems.stream().limit(3).forEach(faults::add);
        return faults;
    }

    private static void add(List<String> faults, String what, int count) {
        if (count > 0) {
            faults.add(what + ": " + count);
        }
    }

    private static void begin() {
        String heads = LEGEND
                + COLUMNS.formatted(
                        "run",
                        "client",
                        "transport",
                        "streams",
                        "cuts",
                        "events",
                        "back",
                        "opens",
                        "resets",
                        "lost",
                        "own",
                        "doubled",
                        "disorder",
                        "alien",
                        "stuck",
                        "cut in");
        try {
            Files.writeString(FILE, heads);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        System.out.print(heads);
    }

    /** Prints the line, and adds it to the file of the report. */
    ClientReport tell() throws IOException {
        String line = COLUMNS.formatted(
                run,
                client,
                wire,
                streams,
                cuts,
                events,
                reconnects,
                opens,
                resets,
                lost,
                own,
                doubled,
                disordered,
                alien.size(),
                problems.size(),
                places.isEmpty() ? "" : places.toString());
        Files.writeString(FILE, line, StandardOpenOption.APPEND);
        System.out.print(line);
        return this;
    }
}
