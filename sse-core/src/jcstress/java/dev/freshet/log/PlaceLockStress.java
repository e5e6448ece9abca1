package dev.freshet.log;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * A reader's own end: the writer publishes 2 and 3; the reader reads, is ended where the hub stands, and reads on.
 *
 * <p>Forbidden: an event up to the place is not read, or one behind it is.
 * <pre>
 * writer, in the lock                  reader
 * 2 appended (release of the count)    count, with 2 in it: reads 2
 * the mark moved to 2                  place := the mark, in the lock
 * </pre>
 * An event can be read before the mark has moved to it. The place is fixed in the lock, so that the mark has.
 */
@JCStressTest
@Outcome(id = "exact", expect = Expect.ACCEPTABLE, desc = "All was read up to the place, and nothing behind it.")
@Outcome(expect = Expect.FORBIDDEN, desc = "An event before the place was lost, or one behind it was read.")
@State
public class PlaceLockStress {
    private final Script script = Script.keeping();
    private final Cursor cursor;
    private String early = "";

    /** Where both begin. */
    public PlaceLockStress() {
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
