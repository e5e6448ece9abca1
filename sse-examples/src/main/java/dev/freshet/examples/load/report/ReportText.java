package dev.freshet.examples.load.report;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The text of a report. */
public final class ReportText {

    private static final double MIB = 1 << 20;

    private final StringBuilder text = new StringBuilder();

    private ReportText() {}

    /** Returns the text of a report; each line has its line separator. */
    public static String of(Report report) {
        return new ReportText().write(report);
    }

    private String write(Report report) {
        text.append(String.format(Locale.ROOT, "%s: %,d connections", report.scenario(), report.connections()));
        if (report.events() > 0) {
            text.append(String.format(Locale.ROOT, ", %,d events of %d bytes", report.events(), report.size()));
        }
        text.append(", ").append(report.url()).append('\n');
        line("wire", "%s", report.wire().text());
        line(
                "connected",
                "%,.2f s, %,.0f/s%s",
                report.connect().seconds(),
                report.connect().perSecond(),
                with(", server CPU %,.1f us each", report.connect().serverCpuMicros()));
        if (report.publish() != null) {
            publish(report.publish());
        }
        if (report.deliveries() != null) {
            deliveries(report.deliveries());
        }
        if (report.latencyMicros() != null) {
            Report.Latency latency = report.latencyMicros();
            line(
                    report.replay() == null ? "latency" : "caught up",
                    "p50 %s  p90 %s  p99 %s  p99.9 %s  max %s",
                    millis(latency.p50()),
                    millis(latency.p90()),
                    millis(latency.p99()),
                    millis(latency.p999()),
                    millis(latency.max()));
        }
        if (report.cpu() != null && report.cpu().clientPerDelivery() != null) {
            cpu(report.cpu(), report.stuck() == null ? "" : "; the stuck ones' cost is in it");
        }
        if (report.compression() != null) {
            compression(report.compression());
        }
        if (report.replay() != null) {
            replay(report.replay());
        }
        if (report.memory() != null) {
            memory(report.memory(), report.wire().streamsPerConnection() == 1 ? "connection" : "stream");
        }
        if (report.stuck() != null) {
            stuck(report.stuck());
        }
        report.notes().forEach(note -> line("note", "%s", note));
        line("verdict", "%s", report.problems().isEmpty() ? "all well" : String.join("; ", report.problems()));
        return text.toString();
    }

    private void publish(Report.Publish publish) {
        line(
                "published",
                "%,d in %,.2f s, %,d answered%s%s%s%s",
                publish.sent(),
                publish.seconds(),
                publish.answered(),
                publish.unanswered() == 0 ? "" : ", " + publish.unanswered() + " not",
                publish.lagMaxMicros() == 0 ? "" : ", lag at most " + millis(publish.lagMaxMicros()),
                publish.reopened() == 0
                        ? ""
                        : ", connection reopened " + publish.reopened() + " times, " + publish.resent() + " sent again",
                publish.failedConnects() == 0 ? "" : ", " + publish.failedConnects() + " connects failed");
    }

    private void deliveries(Report.Deliveries deliveries) {
        line(
                "delivered",
                "%,d of %,d in %,.2f s, %,.0f/s",
                deliveries.received(),
                deliveries.expected(),
                deliveries.seconds(),
                deliveries.perSecond());
        line(
                "checked",
                "%,d lost, %,d doubled, %,d reordered, %,d disordered, %,d streams closed by the server%s",
                deliveries.lost(),
                deliveries.doubled(),
                deliveries.reordered(),
                deliveries.disordered(),
                deliveries.closedByServer(),
                deliveries.foreign() == 0 ? "" : ", " + deliveries.foreign() + " events of others");
    }

    private void cpu(Report.Cost cost, String of) {
        String client = with("client %,.3f us per delivery", cost.clientPerDelivery());
        if (cost.serverPerDelivery() == null) {
            line("CPU", "%s; --pid tells the server's", client);
        } else {
            line(
                    "CPU",
                    "server %,.3f us per delivery (user %,.3f, system %,.3f)%s, %s",
                    cost.serverPerDelivery(),
                    cost.serverUserPerDelivery(),
                    cost.serverSystemPerDelivery(),
                    of,
                    client);
        }
    }

    private void compression(Report.Compression compression) {
        line(
                "gzip",
                "%,d bytes on the wire of %,d decoded%s; %,d of %,d streams compressed",
                compression.wireBytes(),
                compression.decodedBytes(),
                with(", ratio %.3f", compression.ratio()),
                compression.compressed(),
                compression.compressed() + compression.identity());
    }

    private void replay(Report.Replay replay) {
        line(
                "plain",
                "%,.0f connects/s of clients that missed nothing%s; medians of %d waves",
                replay.plainConnectsPerSecond(),
                with(", server CPU %,.1f us each", replay.plainServerCpuMicrosPerConnect()),
                replay.waves());
        if (replay.serverCpuMicrosPerEvent() != null) {
            String net = with("%,.3f", replay.serverCpuMicrosPerEventNet());
            line(
                    "replay",
                    "server CPU %,.3f us per event, net of connecting %s%s%s",
                    replay.serverCpuMicrosPerEvent(),
                    replay.withinNoise() ? "within the noise" : net,
                    with(" (%,.3f", replay.leastNet()),
                    with(" to %,.3f)", replay.mostNet()));
        }
    }

    private void memory(Report.Memory memory, String unit) {
        Long after = memory.residentAfter();
        line(
                "memory",
                "resident %,.1f MiB before, %,.1f MiB connected%s; %,.0f bytes per %s",
                memory.residentBefore() / MIB,
                memory.residentConnected() / MIB,
                with(", %,.1f MiB after", after == null ? null : after / MIB),
                memory.residentPerConnection(),
                unit);
        if (memory.liveHeapPerConnection() != null) {
            line(
                    "live heap",
                    "%,d bytes before, %,d connected; %,.0f bytes per %s",
                    memory.liveHeapBefore(),
                    memory.liveHeapConnected(),
                    memory.liveHeapPerConnection(),
                    unit);
        }
    }

    private void stuck(Report.Stuck stuck) {
        Long growth = stuck.residentGrowth();
        line(
                "stuck",
                "%,d connections%s; then %,d caught up, %,d were closed by the server, %,d stayed behind",
                stuck.connections(),
                with(", memory %+,.1f MiB", growth == null ? null : growth / MIB),
                stuck.caughtUp(),
                stuck.closedByServer(),
                stuck.behind());
    }

    private void line(String name, String format, @Nullable Object... values) {
        text.append(String.format(Locale.ROOT, "  %-10s ", name))
                .append(String.format(Locale.ROOT, format, values))
                .append(System.lineSeparator());
    }

    private static String millis(double micros) {
        return String.format(Locale.ROOT, "%,.2f ms", micros / 1e3);
    }

    private static String with(String format, @Nullable Double value) {
        return value == null ? "" : String.format(Locale.ROOT, format, value);
    }
}
