package dev.freshet.log;

import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * A shared snapshot that stands at 1, against append and eviction: the writer publishes 2 and 3, and each evicts the one before,
 * while somebody starts behind the snapshot.
 *
 * <p>Forbidden: to start there and read 3 without 2, or a lag, for 2 came after the snapshot.
 * <pre>
 * writer                               reader
 * 2 appended, 1 evicted: floor is 1    floor is at or before 1? a cursor there
 * 3 appended, 2 evicted: floor is 2
 * </pre>
 * The look at the floor and the placing of the cursor are one step under the lock that eviction takes: between the two the
 * floor would pass the position, and the cursor would stand behind 2.
 *
 * <p>Outcomes: {@code N} if a reader could not start at the snapshot any more, or what the reader read while the writer was at it; a slash;
 * and what it read after that; see {@link Script}.
 */
@JCStressTest
@Outcome(id = "N/", expect = Expect.ACCEPTABLE, desc = "2 was gone: another snapshot is needed.")
@Outcome(id = "23/", expect = Expect.ACCEPTABLE, desc = "All was read in time.")
@Outcome(id = "2/3", expect = Expect.ACCEPTABLE, desc = "All was read, the last event later.")
@Outcome(id = "L?/L", expect = Expect.ACCEPTABLE, desc = "2 was evicted behind the start, and the reader is told.")
@Outcome(expect = Expect.FORBIDDEN, desc = "What came after the snapshot was skipped in silence.")
@State
public class SnapshotStress {
    private final Script script = Script.evicting();
    private final Snapshot snapshot;
    private @Nullable Cursor cursor;
    private String early = "N";

    /** Where both begin. */
    public SnapshotStress() {
        script.publish("t");
        snapshot = script.snapshot();
    }

    /** The writer. */
    @Actor
    public void writer() {
        script.publish("t");
        script.publish("t");
    }

    /** Who starts behind the snapshot. */
    @Actor
    public void reader() {
        cursor = script.openBehind(snapshot, "t");
        if (cursor != null) {
            early = script.read(cursor);
        }
    }

    /** The reader again, when the writer has ended. */
    @Arbiter
    public void rest(L_Result r) {
        r.r1 = early + "/" + (cursor == null ? "" : script.read(cursor));
    }
}
