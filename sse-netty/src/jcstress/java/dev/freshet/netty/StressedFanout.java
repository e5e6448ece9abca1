package dev.freshet.netty;

import dev.freshet.hub.SseHub;
import dev.freshet.log.Retention;
import dev.freshet.log.StartRequest;
import dev.freshet.log.TopicLog;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;

/**
 * A real fan-out without connections, and in place of its log a field that is written with release and read with
 * acquire, as the count of a segment is: the lock of a log would hide what the flags of the fan-out alone must do.
 */
final class StressedFanout {
    private static final RequestEngine ENGINE =
            new RequestEngine(SseHandler.builder().options(1));
    private static final Retention RETENTION = Retention.defaults();
    private static final VarHandle EVENT;

    static {
        try {
            EVENT = MethodHandles.lookup().findVarHandle(StressedFanout.class, "event", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("unused") // through EVENT
    private int event;

    final CountingLoop loop = new CountingLoop();
    final HubFanout fanout;

    StressedFanout() {
        SseHub hub = SseHub.builder().retention(RETENTION).build();
        TopicLog log =
                hub.open(List.of("t"), StartRequest.latest()).cursor().logs().get(0);
        fanout = new HubFanout(new HubLoop(ENGINE, loop), log);
    }

    void append() {
        EVENT.setRelease(this, 1);
    }

    int read() {
        return (int) EVENT.getAcquire(this);
    }
}
