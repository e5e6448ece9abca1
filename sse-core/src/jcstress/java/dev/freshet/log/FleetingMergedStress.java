package dev.freshet.log;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * As {@link FleetingStress}, for a reader of two such topics: the writer publishes 2 and 4 to one, of which 4 evicts 2, and 3 to the
 * other in between.
 *
 * <p>Forbidden: the reader lags, does not get 3 or 4, which are kept, or gets them out of order.
 *
 * <p>Outcomes: what the reader read while the writer was at it and after that; see {@link Script}.
 */
@JCStressTest
@Outcome(id = "2?34", expect = Expect.ACCEPTABLE, desc = "What was evicted before it was read is left out.")
@Outcome(expect = Expect.FORBIDDEN, desc = "It lagged, or missed what is kept, or read what is no event.")
@State
public class FleetingMergedStress {
    private final Script script = Script.fleeting();
    private final Cursor cursor;
    private String early = "";

    /** Where both begin. */
    public FleetingMergedStress() {
        script.publish("t");
        cursor = script.openAtEnd("t", "u");
    }

    /** The writer. */
    @Actor
    public void writer() {
        script.publish("t");
        script.publish("u");
        script.publish("t");
    }

    /** The reader. */
    @Actor
    public void reader() {
        early = script.read(cursor);
    }

    /** The reader again, when the writer has ended. */
    @Arbiter
    public void rest(L_Result r) {
        r.r1 = early + script.read(cursor);
    }
}
