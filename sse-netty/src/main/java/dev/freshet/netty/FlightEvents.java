package dev.freshet.netty;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/**
 * The events for JDK Flight Recorder, of what is rare and worth a look. Without a recording that enables them each is one
 * check; if the runtime has no module {@code jdk.jfr} there are none. Thread-safe.
 */
final class FlightEvents {
    /** An application of modules has it only if it requests it: {@code --add-modules jdk.jfr}. */
    private static final boolean IS_THERE =
            ModuleLayer.boot().findModule("jdk.jfr").isPresent();

    private FlightEvents() {}

    /** A request of an endpoint was refused. */
    @Name("dev.freshet.Refusal")
    @Label("Refused Request")
    @Category("Freshet")
    @StackTrace(false)
    static final class Refusal extends Event {
        @Label("Endpoint")
        String endpoint = "";

        @Label("Status")
        int status;

        @Label("Reason")
        String why = "";
    }

    /** A stream was reset. */
    @Name("dev.freshet.Reset")
    @Label("Reset")
    @Description("A client cannot go on at its position")
    @Category("Freshet")
    @StackTrace(false)
    static final class Reset extends Event {
        @Label("Reason")
        String reason = "";
    }

    /** The retention has dropped events that a stream had not written. */
    @Name("dev.freshet.LagOut")
    @Label("Lag Out")
    @Description("Events were dropped that a slow client had not received")
    @Category("Freshet")
    @StackTrace(false)
    static final class LagOut extends Event {
        @Label("Endpoint")
        String endpoint = "";

        @Label("Retained Events Not Written")
        long events;

        @Label("Their Bytes")
        @DataAmount
        long bytes;
    }

    /**
     * The streams of a topic took so long that the rest of them had to wait for the event loop's next turn. Occurs many
     * times a second where a topic has many streams, so a recording has to enable it.
     */
    @Name("dev.freshet.SlowDrain")
    @Label("Slow Drain")
    @Enabled(false)
    @Category("Freshet")
    @StackTrace(false)
    static final class SlowDrain extends Event {
        @Label("Topic")
        String topic = "";

        @Label("Streams Drained")
        int drained;

        @Label("Streams in All")
        int streams;

        @Label("Time Taken")
        @Timespan(Timespan.NANOSECONDS)
        long taken;
    }

    /** Code of the application has held an event loop. */
    @Name("dev.freshet.LoopHold")
    @Label("Event Loop Hold")
    @Category("Freshet")
    static final class LoopHold extends Event {
        @Label("Code")
        String code = "";

        @Label("Which")
        String which = "";

        @Label("Time Held")
        @Timespan(Timespan.NANOSECONDS)
        long held;
    }

    static void refused(String endpoint, int status, Enum<?> why) {
        if (IS_THERE) {
            Refusal event = new Refusal();
            if (event.isEnabled()) {
                event.endpoint = endpoint;
                event.status = status;
                event.why = why.name();
                event.commit();
            }
        }
    }

    static void reset(Enum<?> reason) {
        if (IS_THERE) {
            Reset event = new Reset();
            if (event.isEnabled()) {
                event.reason = reason.name();
                event.commit();
            }
        }
    }

    static void laggedOut(SseConnection stream) {
        if (IS_THERE) {
            LagOut event = new LagOut();
            if (event.isEnabled()) {
                event.endpoint = stream.path();
                event.events = stream.lag().events();
                event.bytes = stream.lag().bytes();
                event.commit();
            }
        }
    }

    static void drainedSlowly(String topic, int drained, int streams, long nanos) {
        if (IS_THERE) {
            SlowDrain event = new SlowDrain();
            if (event.isEnabled()) {
                event.topic = topic;
                event.drained = drained;
                event.streams = streams;
                event.taken = nanos;
                event.commit();
            }
        }
    }

    static void held(String code, Object which, long nanos) {
        if (IS_THERE) {
            LoopHold event = new LoopHold();
            if (event.isEnabled()) {
                event.code = code;
                event.which = String.valueOf(which);
                event.held = nanos;
                event.commit();
            }
        }
    }
}
