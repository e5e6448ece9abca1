package dev.freshet.log;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * A reader's own end: the writer publishes 2 and 3; the reader reads, is ended at the newest event, and reads on.
 *
 * <p>Forbidden: an event up to the end is not read, or one after it is.
 * <pre>
 * writer, in the lock                  reader
 * 2 appended (release of the count)    count, with 2 in it: reads 2
 * the mark moved to 2                  position := the mark, in the lock
 * </pre>
 * An event can be read before the mark has moved to it. The position is fixed in the lock, so that the mark has moved by then.
 */
@JCStressTest
@Outcome(id = "exact", expect = Expect.ACCEPTABLE, desc = "Everything up to the end was read, and nothing after it.")
@Outcome(expect = Expect.FORBIDDEN, desc = "An event up to the end was not read, or one after it was.")
@State
public class EndPositionLockStress {
    private final Script script = Script.keeping();
    private final Cursor cursor;
    private String early = "";

    /** Where both begin. */
    public EndPositionLockStress() {
        script.publish("t");
        cursor = script.openAtEnd("t");
    }

    /** The writer. */
    @Actor
    public void writer() {
        script.publish("t");
        script.publish("t");
    }

    /** The reader. */
    @Actor
    public void reader() {
        early = script.read(cursor);
        script.end(cursor);
        early += script.read(cursor).replace("E", "");
    }

    /** The reader again, when the writer has ended. */
    @Arbiter
    public void rest(L_Result r) {
        r.r1 = script.judge(early + script.read(cursor), 2);
    }
}
