package dev.freshet.log;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * Eviction of what a reader is about to read, or just reads: the writer publishes 2 and 3, and each evicts the one before.
 *
 * <p>Forbidden: an event is skipped without a word (2 or 3 without the one before it), or what is read is no event.
 * <pre>
 * writer                               reader, before 1
 * segment of 2 linked, 2 appended      count, memory of the segment of 1
 * memory and link of 1 := null         reads there, or finds no memory: lagged out
 * ...                                  at its end and no link: looks whether it was evicted, then at the head
 * </pre>
 * Memory that the reader has loaded stays alive through its own reference, so it holds the events whole. At the end of
 * a segment the reader goes on by the link only, which leads to the very next one, or by the head where its ordinal is
 * the next; with any other head it has lagged out. The memory goes before the link, so a link that is gone tells no
 * reader that it has caught up.
 *
 * <p>Forbidden too: to lag out behind 2, for 3 is kept.
 *
 * <p>Outcomes: what the reader read while the writer was at it, a slash, and what it read after that; see {@link Script}.
 */
@JCStressTest
@Outcome(id = "123/", expect = Expect.ACCEPTABLE, desc = "All was read in time.")
@Outcome(id = "12/3", expect = Expect.ACCEPTABLE, desc = "All was read, the last event later.")
@Outcome(
        id = "1?/L",
        expect = Expect.ACCEPTABLE,
        desc = "Caught up in time; then 2 was evicted, and the reader is told.")
@Outcome(id = "1?L/L", expect = Expect.ACCEPTABLE, desc = "The next event was evicted, and the reader is told.")
@Outcome(
        expect = Expect.FORBIDDEN,
        desc = "An event was skipped in silence, or was none, or a lag was told that is none.")
@State
public class EvictionStress {
    private final Script script = Script.evicting().with("t");
    private final ScriptReader reader = script.reader("t");

    /** The writer. */
    @Actor
    public void writer() {
        script.publish("t");
        script.publish("t");
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
