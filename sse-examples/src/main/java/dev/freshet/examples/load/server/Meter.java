package dev.freshet.examples.load.server;

import com.sun.management.OperatingSystemMXBean;
import dev.freshet.examples.load.report.Report.Cost;
import dev.freshet.examples.load.server.ServerProcess.Cpu;
import dev.freshet.examples.load.server.ServerProcess.Used;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/** A meter of the CPU time that the server and this process use from its start on. Immutable. */
public final class Meter {

    private static final OperatingSystemMXBean SELF = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private final ServerProcess server;
    private final Cpu then;
    private final long selfThen;

    private Meter(ServerProcess server) {
        this.server = server;
        this.selfThen = SELF.getProcessCpuTime();
        this.then = server.cpu();
    }

    /** Starts a meter. */
    public static Meter start(ServerProcess server) {
        return new Meter(server);
    }

    /** Returns the CPU time since the start. */
    public Reading read() {
        return new Reading(server.isKnown() ? server.cpu().since(then) : null, SELF.getProcessCpuTime() - selfThen);
    }

    /**
     * A reading.
     *
     * @param server the CPU time of the server, or null if unknown
     * @param self that of this process, in nanoseconds
     */
    public record Reading(@Nullable Used server, long self) {

        /** Returns the microseconds of the server for each of so many, or null if unknown. */
        public @Nullable Double serverMicros(long count) {
            return server == null ? null : per(server.micros(), count);
        }

        /** Returns the cost of each of so many deliveries. */
        public Cost perDelivery(long count) {
            return new Cost(
                    serverMicros(count),
                    server == null ? null : per(server.user() / 1e3, count),
                    server == null ? null : per(server.system() / 1e3, count),
                    per(self / 1e3, count));
        }

        private static @Nullable Double per(double micros, long count) {
            return count == 0 ? null : micros / count;
        }
    }
}
