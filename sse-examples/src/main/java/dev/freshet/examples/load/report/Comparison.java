package dev.freshet.examples.load.report;

import dev.freshet.examples.load.report.Report.Cost;
import dev.freshet.examples.load.report.Report.Deliveries;
import dev.freshet.examples.load.report.Report.Latency;
import dev.freshet.examples.load.report.Report.Memory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The result of a self-test. Immutable.
 *
 * @param scenario the kind of runs
 * @param connections how many streams in each
 * @param rounds how many runs of each server
 * @param eventLoops threads of each server
 * @param notes what a reader requires to understand the rest
 * @param measures medians of the runs
 * @param freshet the runs of Freshet
 * @param byHand the runs of the hand-written fan-out
 * @param problems the problems of all runs, in words
 * @param exitCode that of the worst run
 */
public record Comparison(
        String scenario,
        int connections,
        int rounds,
        int eventLoops,
        List<String> notes,
        List<Measure> measures,
        List<Report> freshet,
        List<Report> byHand,
        List<String> problems,
        int exitCode) {

    /** One measure of both; the ratio is that of Freshet's value to the other. */
    public record Measure(
            String name,
            @Nullable Double freshet,
            @Nullable Double byHand,
            @Nullable Double ratio) {

        static Measure of(String name, @Nullable Double freshet, @Nullable Double byHand) {
            Double ratio = freshet == null || byHand == null || byHand == 0 ? null : freshet / byHand;
            return new Measure(name, freshet, byHand, ratio);
        }
    }

    /**
     * Compares runs.
     *
     * @param eventLoops threads of each server
     * @param freshet the runs of Freshet, at least one
     * @param byHand as many runs of the hand-written fan-out
     * @param freshetIdle runs of Freshet that measure memory
     * @param byHandIdle such runs of the hand-written fan-out
     */
    public static Comparison of(
            int eventLoops,
            List<Report> freshet,
            List<Report> byHand,
            List<Report> freshetIdle,
            List<Report> byHandIdle) {
        List<Measure> measures = new ArrayList<>();
        Report first = freshet.get(0);
        if (first.deliveries() != null) {
            measures.add(median("CPU us per delivery", freshet, byHand, cpu(Cost::serverPerDelivery)));
            measures.add(median("  of it user", freshet, byHand, cpu(Cost::serverUserPerDelivery)));
            measures.add(median("  of it system", freshet, byHand, cpu(Cost::serverSystemPerDelivery)));
            measures.add(median("latency p50 ms", freshet, byHand, latency(Latency::p50)));
            measures.add(median("latency p99 ms", freshet, byHand, latency(Latency::p99)));
            measures.add(median("deliveries/s", freshet, byHand, report -> {
                Deliveries deliveries = report.deliveries();
                return deliveries == null ? null : deliveries.perSecond();
            }));
        }
        measures.add(
                median("connects/s", freshet, byHand, report -> report.connect().perSecond()));
        measures.add(median("CPU us per connect", freshet, byHand, report -> report.connect()
                .serverCpuMicros()));
        measures.add(median("live heap bytes per connection", freshetIdle, byHandIdle, Comparison::heap));
        measures.add(median("resident MiB, all connected", freshetIdle, byHandIdle, Comparison::resident));
        List<Report> all = Stream.concat(freshet.stream(), byHand.stream()).toList();
        return new Comparison(
                first.scenario(),
                first.connections(),
                freshet.size(),
                eventLoops,
                notes(first, byHand.get(0)),
                List.copyOf(measures),
                List.copyOf(freshet),
                List.copyOf(byHand),
                all.stream()
                        .flatMap(report -> report.problems().stream())
                        .distinct()
                        .toList(),
                all.stream().mapToInt(Report::exitCode).max().orElse(Report.WELL));
    }

    /** Returns the notes of the first runs; the first says how the wires of both differ. */
    private static List<String> notes(Report freshet, Report byHand) {
        List<String> notes = new ArrayList<>();
        if (!freshet.wire().equals(byHand.wire())) {
            notes.add("unlike wires: Freshet by " + freshet.wire().text() + "; by hand by "
                    + byHand.wire().text());
        }
        notes.addAll(freshet.notes());
        return List.copyOf(notes);
    }

    private static Measure median(
            String name, List<Report> freshet, List<Report> byHand, Function<Report, @Nullable Double> measure) {
        return Measure.of(name, Medians.of(freshet, measure), Medians.of(byHand, measure));
    }

    private static Function<Report, @Nullable Double> cpu(Function<Cost, @Nullable Double> part) {
        return report -> {
            Cost cost = report.cpu();
            return cost == null ? null : part.apply(cost);
        };
    }

    private static Function<Report, @Nullable Double> latency(Function<Latency, Double> part) {
        return report -> {
            Latency latency = report.latencyMicros();
            return latency == null ? null : part.apply(latency) / 1e3;
        };
    }

    private static @Nullable Double heap(Report report) {
        Memory memory = report.memory();
        return memory == null ? null : memory.liveHeapPerConnection();
    }

    private static @Nullable Double resident(Report report) {
        Memory memory = report.memory();
        return memory == null ? null : memory.residentConnected() / (double) (1 << 20);
    }

    /** Returns a table as text; each line has its line separator. */
    public String toText() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%s, %,d connections, %s, %d event loops, medians of %d%n  %-32s %14s %14s %8s%n",
                scenario,
                connections,
                freshet.get(0).wire().text(),
                eventLoops,
                rounds,
                "",
                "Freshet",
                "by hand",
                "ratio"));
        for (Measure measure : measures) {
            text.append(String.format(
                    Locale.ROOT,
                    "  %-32s %14s %14s %8s%n",
                    measure.name(),
                    number(measure.freshet()),
                    number(measure.byHand()),
                    measure.ratio() == null ? "-" : String.format(Locale.ROOT, "%.3f", measure.ratio())));
        }
        notes.forEach(note -> text.append("  note: ").append(note).append(System.lineSeparator()));
        text.append("  ").append(problems.isEmpty() ? "all well" : String.join("; ", problems));
        return text.append(System.lineSeparator()).toString();
    }

    private static String number(@Nullable Double value) {
        if (value == null) {
            return "-";
        }
        return String.format(Locale.ROOT, Math.abs(value) < 1_000 ? "%,.3f" : "%,.0f", value);
    }
}
