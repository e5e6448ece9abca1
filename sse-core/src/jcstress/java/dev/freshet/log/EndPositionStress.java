package dev.freshet.log;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * A reader's own end: the writer publishes 2, ends the reader at the newest event, and publishes 3.
 *
 * <p>Forbidden: an event up to the end is not read, or one after it is.
 * <pre>
 * writer                               reader
 * 2 appended                           count
 * end := position                      end = null
 * position := the mark                 reads up to the count
 * 3 appended
 * </pre>
 * The reader loads its end after the count: if it sees none, what it counted was there before the end was given.
 */
@JCStressTest
@Outcome(id = "exact", expect = Expect.ACCEPTABLE, desc = "Everything up to the end was read, and nothing after it.")
@Outcome(expect = Expect.FORBIDDEN, desc = "An event up to the end was not read, or one after it was.")
@State
public class EndPositionStress {
    private static final int LOOKS = 20;

    private final Script script = Script.keeping();
    private final Cursor cursor;
    private String early = "";

    /** Where both begin. */
    public EndPositionStress() {
        script.publish("t");
        cursor = script.openAtEnd("t");
    }

    /** The writer. */
    @Actor
    public void writer() {
        script.publish("t");
        script.end(cursor);
        script.publish("t");
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
