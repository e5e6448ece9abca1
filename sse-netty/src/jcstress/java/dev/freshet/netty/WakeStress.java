package dev.freshet.netty;

import dev.freshet.hub.SseHub;
import dev.freshet.log.Retention;
import dev.freshet.log.StartRequest;
import dev.freshet.log.TopicLog;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
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
 * would. The log is a field that is written with release and read with acquire, as the count of a segment is: its lock
 * would hide what the flag alone must do.
 */
@JCStressTest
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "The task saw the event, and is not scheduled again.")
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "The task came too early, and is scheduled again.")
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "The task saw the event, and is scheduled again for nothing.")
@Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "The wake-up is lost: nobody will read the event.")
@State
public class WakeStress {
    private static final RequestEngine ENGINE =
            new RequestEngine(SseHandler.builder().options(1));
    private static final Retention RETENTION = Retention.defaults();
    private static final VarHandle EVENT;

    static {
        try {
            EVENT = MethodHandles.lookup().findVarHandle(WakeStress.class, "event", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("unused") // through EVENT
    private int event;

    private final CountingLoop loop = new CountingLoop();
    private final HubFanout fanout;

    /** The task is scheduled, and is about to run. */
    public WakeStress() {
        SseHub hub = SseHub.builder().retention(RETENTION).build();
        TopicLog log =
                hub.open(List.of("t"), StartRequest.latest()).cursor().logs().get(0);
        fanout = new HubFanout(new HubLoop(ENGINE, loop), log);
        fanout.wake();
        loop.tasks.set(0);
    }

    /** A publisher. */
    @Actor
    public void publisher() {
        EVENT.setRelease(this, 1);
        fanout.wake();
    }

    /** The event loop. */
    @Actor
    public void loop(II_Result r) {
        fanout.run();
        r.r1 = (int) EVENT.getAcquire(this);
    }

    /** What is scheduled when both have ended. */
    @Arbiter
    public void scheduled(II_Result r) {
        r.r2 = loop.tasks.get();
    }
}
