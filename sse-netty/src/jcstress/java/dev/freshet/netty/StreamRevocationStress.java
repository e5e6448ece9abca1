package dev.freshet.netty;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A stream opens while the application ends streams by a predicate that it falls under.
 *
 * <p>Forbidden: neither finds the other, and the stream goes on.
 * <pre>
 * event loop                           application
 * stream added to the open ones        call added
 * calls behind its mark looked at      open streams looked at
 * </pre>
 * Each writes before it reads, and both are volatile, so one of the two reads comes behind both writes.
 *
 * <p>The calls are the real ones, and the set is of the kind that {@link SseConnections} has.
 */
@JCStressTest
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "The stream has found the call.")
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "The application has found the stream.")
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "Both: one of them ends it.")
@Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "The stream goes on.")
@State
public class StreamRevocationStress {
    private final StreamRevocations revocations = new StreamRevocations();
    private final StreamRevocations.Mark received = revocations.received();
    private final Set<String> open = ConcurrentHashMap.newKeySet();

    /** The stream opens. */
    @Actor
    @SuppressWarnings("NullAway") // the predicate looks at no stream
    public void stream(II_Result result) {
        open.add("stream");
        result.r1 = received.covers(null) ? 1 : 0;
    }

    /** The application ends it. */
    @Actor
    public void application(II_Result result) {
        revocations.add(new StreamRevocation(stream -> true, true, new EventLoopHoldWatch(System::nanoTime)));
        result.r2 = open.contains("stream") ? 1 : 0;
    }
}
