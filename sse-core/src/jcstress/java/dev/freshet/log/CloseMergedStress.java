package dev.freshet.log;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * The end, for a reader of two topics: the writer publishes 2 and closes.
 *
 * <p>Forbidden: the reader is told the end and has not read 2.
 * <pre>
 * writer                               reader
 * 2 appended (release of the count)    closed = false, or: closed = true, so
 * closed := true      (volatile)       it finds 2 in the logs now
 * </pre>
 * Closing is stored after everything that was published, so whoever has seen it, and looks at the logs after that, finds
 * all. This one looks first whether the hub is closed, and then at the logs.
 *
 * <p>Outcomes: what the reader read while the writer was at it, a slash, and what it read after that; see {@link Script}.
 */
@JCStressTest
@Outcome(
        id = {"/2C", "2/C", "2C/C"},
        expect = Expect.ACCEPTABLE,
        desc = "The end was told after the event.")
@Outcome(expect = Expect.FORBIDDEN, desc = "The end was told too early, or never, or the event was lost.")
@State
public class CloseMergedStress {
    private final Script script = Script.keeping().with("t");
    private final ScriptReader reader = script.readerAtEnd("s", "t");

    /** The writer. */
    @Actor
    public void writer() {
        script.publish("t");
        script.close();
    }

    /** The reader. */
    @Actor
    public void reader() {
        reader.readEarly();
    }

    /** The reader again, when the writer has ended. */
    @Arbiter
    public void rest(L_Result r) {
        r.r1 = reader.readRest();
    }
}
