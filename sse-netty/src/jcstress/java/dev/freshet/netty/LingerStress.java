package dev.freshet.netty;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The flag of a {@link HubFanout} for passes that wait: as {@link WakeStress}, of a hub with a linger.
 */
@JCStressTest
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "The task saw the event, and is not scheduled again.")
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "The task came too early, and is scheduled again.")
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "The task saw the event, and is scheduled again for nothing.")
@Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "The wake-up is lost: nobody will read the event.")
@State
public class LingerStress {
    private final StressedFanout stressed = new StressedFanout();

    /** The task is scheduled, and is about to run. */
    public LingerStress() {
        stressed.fanout.wakeWithin(1);
        stressed.loop.tasks.set(0);
    }

    /** A publisher. */
    @Actor
    public void publisher() {
        stressed.append();
        stressed.fanout.wakeWithin(1);
    }

    /** The event loop. */
    @Actor
    public void loop(II_Result r) {
        stressed.fanout.run(); // for an urgent event: its pass leaves the flag
        stressed.fanout.runLingering();
        r.r1 = stressed.read();
    }

    /** What is scheduled when both have ended. */
    @Arbiter
    public void scheduled(II_Result r) {
        r.r2 = stressed.loop.tasks.get();
    }
}
