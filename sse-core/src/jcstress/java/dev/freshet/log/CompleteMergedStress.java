package dev.freshet.log;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * The end of two topics, for a reader of both: the writer publishes 1 as the last event of one, 2 as that of the other.
 *
 * <p>Forbidden: the reader is told the end and has not read both. It looks at the ends, then at the hub's mark, then at the
 * logs; the writer moves the mark behind the event and stores the end behind the mark.
 *
 * <p>Outcomes: what the reader read while the writer was at it, a slash, and what it read after that; see {@link Script}.
 */
@JCStressTest
@Outcome(
        id = {"/12E", "1/2E", "12/E", "12E/E"},
        expect = Expect.ACCEPTABLE,
        desc = "The end was told after the last event.")
@Outcome(expect = Expect.FORBIDDEN, desc = "The end was told too early, or never, or an event was lost.")
@State
public class CompleteMergedStress {
    private final Script script = Script.keeping();
    private final ScriptReader reader = script.readerAtEnd("t", "u");

    /** The writer. */
    @Actor
    public void writer() {
        script.complete("t");
        script.complete("u");
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
