package dev.freshet.examples.faults;

import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/** The column of the table that must show a broken line. */
enum BrokenColumn {
    LOST(some(ClientResult::lost)),
    DOUBLED(some(ClientResult::doubled)),
    OUT_OF_ORDER(some(ClientResult::disordered)),
    ALTERED(some(ClientResult::altered)),
    /** Clients are told reset where nothing is lost. */
    RESET(some(ClientResult::resets)),
    /** No client is told reset where something is lost. */
    NO_RESET(row -> row.resets() == 0),
    NOT_AT_END(some(result -> result.atEnd() ? 0 : 1));

    @SuppressWarnings("ImmutableEnumChecker") // a function
    private final Predicate<FaultRow> shows;

    BrokenColumn(Predicate<FaultRow> shows) {
        this.shows = shows;
    }

    private static Predicate<FaultRow> some(ToIntFunction<ClientResult> count) {
        return row -> row.results().stream().mapToInt(count).sum() > 0;
    }

    boolean shows(FaultRow row) {
        return shows.test(row);
    }
}
