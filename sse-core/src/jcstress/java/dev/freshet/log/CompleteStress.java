package dev.freshet.log;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * The end of a topic, for a reader of it: the writer publishes 2, and 3 as the last event.
 *
 * <p>Forbidden: the reader is told the end and has not read 3.
 * <pre>
 * writer                               reader
 * 3 appended (release of the count)    count = 1
 * end := 3            (volatile)       end = 3
 *                                      count = 3: not the end yet
 * </pre>
 * The end is stored after its event, so whoever has seen it, and looks at the log after that, finds all.
 *
 * <p>Outcomes: what the reader read while the writer was at it, a slash, and what it read after that; see {@link Script}.
 */
@JCStressTest
@Outcome(
        id = {"/23E", "2/3E", "23/E", "23E/E"},
        expect = Expect.ACCEPTABLE,
        desc = "The end was told after the last event.")
@Outcome(expect = Expect.FORBIDDEN, desc = "The end was told too early, or never, or an event was lost.")
@State
public class CompleteStress {
    private final Script script = Script.keeping().with("t");
    private final ScriptReader reader = script.readerAtEnd("t");

    /** The writer. */
    @Actor
    public void writer() {
        script.publish("t");
        script.complete("t");
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
