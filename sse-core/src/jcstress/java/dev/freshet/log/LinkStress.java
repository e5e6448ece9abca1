package dev.freshet.log;

import dev.freshet.event.EventId;
import java.time.InstantSource;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * Growth: the writer appends the last event of a segment and links the next one, while the reader comes to the end of
 * the first.
 *
 * <p>Forbidden: the reader goes on to the next segment and has not read the last event of the first.
 * <pre>
 * writer                               reader, after the event 1
 * count of the first := 2 (release)    count of the first = 1
 * next := second          (volatile)   next = second, so it could go there now
 *                                      count of the first = 2: 2 comes first
 * </pre>
 * The link is stored after the last count of a segment. So whoever has seen the link, and looks at the count once more,
 * sees the last count; the cursor moves on only where it stands at that.
 *
 * <p>The second segment is there and filled before, which in a log takes the writer a while: so the two stores that
 * count come right after each other.
 */
@JCStressTest
@Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "Caught up: 2 was not yet there.")
@Outcome(id = "2", expect = Expect.ACCEPTABLE, desc = "2 was read.")
@Outcome(id = "3", expect = Expect.FORBIDDEN, desc = "2 was skipped.")
@State
public class LinkStress {
    private static final HubLog OWNER = new HubLog(Retention.defaults(), InstantSource.system(), new EventId(0, 0));
    private static final TopicLog LOG = new TopicLog(OWNER.state(), "t", 0, new EventId(0, 0));
    private static final byte[] NOTHING = {};
    private static final byte[] BYTES = new byte[8];

    private final Segment first = new Segment(LOG, 0, 64, 0);
    private final Segment second = new Segment(LOG, 1, 64, 0);
    private final Cursor cursor = new TopicCursor(OWNER.cursors(), LOG, new EventId(1, 0), first, 1);

    /** Where both begin. */
    public LinkStress() {
        append(first, 1);
        append(second, 3);
    }

    private static void append(Segment segment, int millis) {
        segment.append(millis, 0, 0, BYTES, NOTHING, 0);
    }

    /** The writer. */
    @Actor
    public void writer() {
        append(first, 2);
        first.link(second);
    }

    /** The reader. */
    @Actor
    public void reader(I_Result r) {
        Batch batch = cursor.next(1, null);
        r.r1 = batch.events() == 0 ? 0 : (int) batch.lastMillis;
    }
}
