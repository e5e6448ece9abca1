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
 * The flag of a {@link HubFanout} for passes that wait: as {@link WakeStress}, of a hub with a linger.
 */
@JCStressTest
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "The task saw the event, and is not scheduled again.")
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "The task came too early, and is scheduled again.")
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "The task saw the event, and is scheduled again for nothing.")
@Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "The wake-up is lost: nobody will read the event.")
@State
public class LingerStress {
    private static final RequestEngine ENGINE =
            new RequestEngine(SseHandler.builder().options(1));
    private static final Retention RETENTION = Retention.defaults();
    private static final VarHandle EVENT;

    static {
        try {
            EVENT = MethodHandles.lookup().findVarHandle(LingerStress.class, "event", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("unused") // through EVENT
    private int event;

    private final CountingLoop loop = new CountingLoop();
    private final HubFanout fanout;

    /** The task is scheduled, and is about to run. */
    public LingerStress() {
        SseHub hub = SseHub.builder().retention(RETENTION).build();
        TopicLog log =
                hub.open(List.of("t"), StartRequest.latest()).cursor().logs().get(0);
        fanout = new HubFanout(new HubLoop(ENGINE, loop), log);
        fanout.wakeWithin(1);
        loop.tasks.set(0);
    }

    /** A publisher. */
    @Actor
    public void publisher() {
        EVENT.setRelease(this, 1);
        fanout.wakeWithin(1);
    }

    /** The event loop. */
    @Actor
    public void loop(II_Result r) {
        fanout.run(); // for an urgent event: its pass leaves the flag
        fanout.runLingering();
        r.r1 = (int) EVENT.getAcquire(this);
    }

    /** What is scheduled when both have ended. */
    @Arbiter
    public void scheduled(II_Result r) {
        r.r2 = loop.tasks.get();
    }
}
