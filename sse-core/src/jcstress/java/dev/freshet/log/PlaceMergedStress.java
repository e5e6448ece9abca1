package dev.freshet.log;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * As {@link PlaceStress}, for a reader of two topics, which looks for its end behind the mark.
 *
 * <p>Forbidden: an event up to the place is not read, or one behind it is.
 * <pre>
 * writer                               reader
 * 2 appended                           count
 * end := place                         end = null
 * place := the mark                    reads what the count told
 * 3 appended
 * </pre>
 * The reader looks for its end behind the count: where it sees none, what it counted was there before the place was given.
 */
@JCStressTest
@Outcome(id = "exact", expect = Expect.ACCEPTABLE, desc = "All was read up to the place, and nothing behind it.")
@Outcome(expect = Expect.FORBIDDEN, desc = "An event before the place was lost, or one behind it was read.")
@State
public class PlaceMergedStress {
    private static final int LOOKS = 20;

    private final Script script = Script.keeping();
    private final Cursor cursor;
    private String early = "";

    /** Where both begin. */
    public PlaceMergedStress() {
        script.publish("t");
        cursor = script.openAtEnd("t", "u");
    }

    /** The writer. */
    @Actor
    public void writer() {
        script.publish("t");
        script.end(cursor);
        script.publish("u");
    }

    /** The reader. */
    @Actor
    public void reader() {
        for (int i = 0; i < LOOKS; i++) {
            early += script.read(cursor);
        }
    }

    /** The reader again, when the writer has ended. */
    @Arbiter
    public void rest(L_Result r) {
        r.r1 = script.judge(early + script.read(cursor), 2);
    }
}
