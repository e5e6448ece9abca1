package dev.freshet.log;

import dev.freshet.event.EventId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * Publication of one event in a segment.
 *
 * <p>Forbidden: a reader sees the new count, and then an index entry or bytes that are not yet there.
 * <pre>
 * writer                               reader
 * bytes, entry := ... (plain)          n = count      (acquire)
 * count := 1          (release)        if n = 1: entry, bytes = ...
 * </pre>
 * The release orders both plain stores before the count, the acquire orders the reader's loads after it; so the reader
 * that sees 1 has the stores before it.
 */
@JCStressTest
@Outcome(id = "0, 0, 0", expect = Expect.ACCEPTABLE, desc = "The event was not yet there.")
@Outcome(id = "1, 1, 1", expect = Expect.ACCEPTABLE, desc = "The event was there, and it was whole.")
@Outcome(id = "1, 0, .", expect = Expect.FORBIDDEN, desc = "The count was there before the index entry.")
@Outcome(id = "1, 1, 0", expect = Expect.FORBIDDEN, desc = "The count was there before all of the bytes.")
@State
public class PublicationStress {
    private static final TopicLog LOG = new TopicLog(
            new HubLog(Retention.defaults(), InstantSource.system(), new EventId(0, 0)).state(),
            "t",
            0,
            new EventId(0, 0));
    private static final byte[] BODY = "data: 12345678901234567890\n".repeat(3).getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ENDING = "id: 7-9\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final ByteBuffer WHOLE = ByteBuffer.allocate(BODY.length + ENDING.length)
            .put(BODY)
            .put(ENDING)
            .flip();

    private final Segment segment;

    /** An empty segment. */
    public PublicationStress() {
        segment = new Segment(LOG, 0, 128, 5);
    }

    /** The writer. */
    @Actor
    public void writer() {
        segment.append(7, 9, 11, BODY, ENDING, ENDING.length);
    }

    /** A reader. */
    @Actor
    public void reader(III_Result r) {
        r.r1 = segment.count();
        byte[] memory = segment.memory();
        if (r.r1 == 1 && memory != null) {
            boolean entry = segment.millis(memory, 0) == 7
                    && segment.sequence(memory, 0) == 9
                    && segment.uptime(memory, 0) == 11
                    && segment.end(memory, 0) == WHOLE.limit();
            r.r2 = entry ? 1 : 0;
            r.r3 = ByteBuffer.wrap(memory, 0, WHOLE.limit()).equals(WHOLE) ? 1 : 0;
        }
    }
}
