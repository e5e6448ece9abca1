package dev.freshet.log;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * A merge of some topics: the first has 1 and the last has 2, which are read; the writer publishes 3 to
 * the first, 4 to the last and 5 to the first. The topics between them only make the reader's round longer.
 *
 * <p>Forbidden: 4 before 3, or 5 before 4.
 * <pre>
 * writer                               reader
 * 3 into a; mark := 3                  mark = 2
 * 4 into b; mark := 4                  a has nothing new
 *                                      b has 4: newer than the mark that was read first, so it waits
 * </pre>
 * The mark is stored after the event that it names, one event at a time. Whoever reads the mark first and the logs after
 * it finds all up to the mark, and what is newer is not delivered yet.
 *
 * <p>Outcomes: what the reader read while the writer was at it, a slash, and what it read after that; see {@link Script}.
 */
@JCStressTest
@Outcome(
        id = {"345/", "34/5", "3/45", "/345"},
        expect = Expect.ACCEPTABLE,
        desc = "All was read, in order.")
@Outcome(expect = Expect.FORBIDDEN, desc = "An event was out of order, skipped, doubled, or none.")
@State
public class MergeStress {
    private final Script script = Script.keeping().with("a").with("b");
    private final ScriptReader reader = script.readerAtEnd("a", "c", "d", "e", "f", "g", "h", "b");

    /** The writer. */
    @Actor
    public void writer() {
        script.publish("a");
        script.publish("b");
        script.publish("a");
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
