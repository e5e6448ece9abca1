package dev.freshet.examples.conformance.report;

import java.util.List;

/**
 * The result of a run.
 *
 * @param url of the stream
 * @param results in the order of the run
 */
public record Report(String url, int passed, int failed, int advice, int notRun, List<Result> results) {

    /** Creates a report, with its counts. */
    public static Report of(String url, List<Result> results) {
        return new Report(
                url,
                count(results, Outcome.PASSED),
                count(results, Outcome.FAILED),
                count(results, Outcome.ADVICE),
                count(results, Outcome.NOT_RUN),
                List.copyOf(results));
    }

    private static int count(List<Result> results, Outcome outcome) {
        return (int)
                results.stream().filter(result -> result.outcome() == outcome).count();
    }
}
