package dev.freshet.netty;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The flag of a {@link HubFanout}: an event is published while the task that it was last woken by begins to run.
 *
 * <p>Forbidden: the task does not see the event, and the publisher does not schedule the task again.
 * <pre>
 * publisher                            loop, flag = true
 * event appended                       swap flag to false
 * swap flag to true; was it false?     read the log
 *   then schedule the task
 * </pre>
 * The two swaps have an order. If the loop's comes first, the publisher finds false and schedules. If the publisher's
 * comes first, the loop's swap reads what it wrote, so the event was appended before the loop reads. A plain store of
 * false could be delayed past the read: then the read sees no event, and the publisher still finds true.
 *
 * <p>The fan-out is the real one, without connections: the log is read right after its pass, which is later than the pass
 * would; {@link StressedFanout} has the log.
 */
@JCStressTest
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "The task saw the event, and is not scheduled again.")
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "The task came too early, and is scheduled again.")
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "The task saw the event, and is scheduled again for nothing.")
@Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "The wake-up is lost: nobody will read the event.")
@State
public class WakeStress {
    private final StressedFanout stressed = new StressedFanout();

    /** The task is scheduled, and is about to run. */
    public WakeStress() {
        stressed.fanout.wake();
        stressed.loop.tasks.set(0);
    }

    /** A publisher. */
    @Actor
    public void publisher() {
        stressed.append();
        stressed.fanout.wake();
    }

    /** The event loop. */
    @Actor
    public void loop(II_Result r) {
        stressed.fanout.run();
        r.r1 = stressed.read();
    }

    /** What is scheduled when both have ended. */
    @Arbiter
    public void scheduled(II_Result r) {
        r.r2 = stressed.loop.tasks.get();
    }
}
