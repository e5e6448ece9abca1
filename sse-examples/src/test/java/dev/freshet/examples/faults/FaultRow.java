package dev.freshet.examples.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.harness.CutPlace;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * A row of the table: one fault, and what came of the streams of all clients.
 *
 * @param fault in words
 * @param times how often it occurred
 * @param places how often in which place of a stream; empty if that is not known
 * @param events those acknowledged
 * @param results of each client
 * @param recoveries nanoseconds from each end of a stream to the next published event, ascending
 */
record FaultRow(
        String fault,
        int times,
        Map<CutPlace, Integer> places,
        int events,
        List<ClientResult> results,
        List<Long> recoveries) {

    static final String[] COLUMNS = {
        "fault",
        "times",
        "in head",
        "in event",
        "in id line",
        "clients",
        "events",
        "lost silently",
        "doubled",
        "out of order",
        "altered",
        "told reset",
        "not at end",
        "recovered in (median ms)",
        "(most ms)"
    };

    /** Returns the same with another number of times. */
    FaultRow times(int other) {
        return new FaultRow(fault, other, places, events, results, recoveries);
    }

    private String hits(CutPlace place) {
        return places.isEmpty() ? "-" : Integer.toString(places.getOrDefault(place, 0));
    }

    private int sum(ToIntFunction<ClientResult> of) {
        return results.stream().mapToInt(of).sum();
    }

    /** Returns the row of a fault that the machine cannot have. */
    static FaultRow notRun(String fault) {
        return new FaultRow(fault + ": not run", 0, Map.of(), 0, List.of(), List.of());
    }

    boolean isNotRun() {
        return fault.endsWith(": not run");
    }

    /** Returns this row under another name. */
    FaultRow named(String other) {
        return new FaultRow(other, times, places, events, results, recoveries);
    }

    int resets() {
        return sum(ClientResult::resets);
    }

    private long stuck() {
        return results.stream().filter(result -> !result.atEnd()).count();
    }

    /** Returns the cells, in the order of the columns. */
    String[] cells() {
        boolean none = recoveries.isEmpty();
        return new String[] {
            fault,
            Integer.toString(times),
            hits(CutPlace.HEAD),
            hits(CutPlace.EVENT),
            hits(CutPlace.ID_LINE),
            Integer.toString(results.size()),
            Integer.toString(events),
            Integer.toString(sum(ClientResult::lost)),
            Integer.toString(sum(ClientResult::doubled)),
            Integer.toString(sum(ClientResult::disordered)),
            Integer.toString(sum(ClientResult::altered)),
            Integer.toString(resets()),
            Long.toString(stuck()),
            none ? "-" : millis(recoveries.get(recoveries.size() / 2)),
            none ? "-" : millis(recoveries.get(recoveries.size() - 1))
        };
    }

    private static String millis(long nanos) {
        return Long.toString((nanos + 500_000) / 1_000_000);
    }

    /** Asserts the same as {@link #assertWhole()}, and whether clients were told of a loss. */
    void assertWhole(Resets told) {
        assertWhole();
        if (told == Resets.NONE) {
            assertThat(resets()).as("%s: told reset", fault).isZero();
        } else {
            assertThat(resets()).as("%s: told reset", fault).isPositive();
        }
    }

    /** Asserts that the fault occurred, and that each client came to the end with nothing lost, doubled or changed. */
    void assertWhole() {
        assertThat(times).as("%s: times", fault).isPositive();
        assertThat(results).as("%s: clients", fault).isNotEmpty();
        assertThat(events).as("%s: events", fault).isPositive();
        assertThat(stuck())
                .as("%s: clients that did not come to the end", fault)
                .isZero();
        assertThat(sum(ClientResult::lost)).as("%s: lost silently", fault).isZero();
        assertThat(sum(ClientResult::doubled)).as("%s: doubled", fault).isZero();
        assertThat(sum(ClientResult::disordered)).as("%s: out of order", fault).isZero();
        assertThat(sum(ClientResult::altered)).as("%s: altered", fault).isZero();
    }

    /** Asserts that the fault occurred inside a head, inside an event and inside an id line. */
    void assertHits() {
        assertThat(places).as("%s: places", fault).containsKeys(CutPlace.HEAD, CutPlace.EVENT, CutPlace.ID_LINE);
    }
}
