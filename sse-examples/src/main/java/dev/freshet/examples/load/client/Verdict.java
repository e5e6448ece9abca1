package dev.freshet.examples.load.client;

import dev.freshet.examples.load.report.Report;
import java.util.ArrayList;
import java.util.List;

/** The verdict on the streams and publishers of a run: its problems, and an exit code. Not thread-safe. */
public final class Verdict {

    private final List<String> problems = new ArrayList<>();
    private int exitCode = Report.WELL;

    /** Creates a verdict without problems. */
    public Verdict() {}

    /** Adds the problems of the streams. */
    public void judge(Tally tally) {
        note(tally.lost(), "events were lost");
        note(tally.doubled(), "events came twice");
        note(tally.reordered(), "events came out of order");
        note(tally.disordered(), "events came in another order than to other streams");
        note(tally.closed(), "streams were closed by the server");
        Report.Compression compression = tally.compression();
        if (compression != null) {
            note(compression.undecodable(), "compressed streams could not be decoded: " + compression.reason());
        }
        note(tally.stuck().doubled(), "events came twice to stuck streams");
        note(tally.stuck().reordered(), "events came out of order to stuck streams");
        note(tally.stuck().disordered(), "events came to stuck streams in another order than to other streams");
    }

    private void note(long count, String what) {
        if (count > 0) {
            problems.add(count + " " + what);
            exitCode = Report.NOT_WELL;
        }
    }

    /** Adds the problems of the publishers, of so many events. */
    public void judge(Publishers publishers, int events) {
        if (publishers.refused() > 0) {
            unpublished(publishers.refused() + " of " + events
                    + " events were refused by the server, the last with status " + publishers.lastRefusal());
        }
        if (!publishers.isAnswered(events)) {
            String reason = publishers.failure();
            unpublished((events - publishers.answered()) + " of " + events + " events were not answered by the server"
                    + (reason == null ? "" : ": " + reason));
        }
    }

    private void unpublished(String problem) {
        problems.add(problem);
        exitCode = exitCode == Report.WELL ? Report.NOT_RUN : exitCode;
    }

    /** Returns the problems, in words. */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    /** Returns the exit code of the worst problem. */
    public int exitCode() {
        return exitCode;
    }
}
