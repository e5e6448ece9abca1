package dev.freshet.examples.load.scenario;

import dev.freshet.examples.load.client.Tally;
import dev.freshet.examples.load.report.Medians;
import dev.freshet.examples.load.report.Report.Connect;
import dev.freshet.examples.load.report.Report.Cost;
import dev.freshet.examples.load.report.Report.Deliveries;
import dev.freshet.examples.load.report.Report.Replay;
import java.util.ArrayList;
import java.util.List;

/**
 * The results of waves of clients that reconnect, alternately with no event missed and with events missed. Not
 * thread-safe.
 */
final class Waves {

    /** A wave of clients that had missed events. */
    private record Behind(Connect connect, Tally tally, double seconds, Cost cost) {}

    private final int connections;
    private final List<Connect> plain = new ArrayList<>();
    private final List<Behind> behind = new ArrayList<>();

    Waves(int connections) {
        this.connections = connections;
    }

    void plain(Connect connect) {
        plain.add(connect);
    }

    void behind(Connect connect, Tally tally, double seconds, Cost cost) {
        behind.add(new Behind(connect, tally, seconds, cost));
    }

    /** Returns the medians of the waves with missed events, like the methods below except {@link #replay}. */
    Connect connect() {
        return new Connect(
                Medians.ofKnown(behind, wave -> wave.connect().seconds()),
                Medians.ofKnown(behind, wave -> wave.connect().perSecond()),
                Medians.of(behind, wave -> wave.connect().serverCpuMicros()));
    }

    /** Returns the deliveries of all these waves together. */
    Deliveries deliveries() {
        double seconds = behind.stream().mapToDouble(Behind::seconds).sum();
        return all().deliveries(seconds);
    }

    /** Returns the result of all these waves together. */
    Tally all() {
        return behind.stream().map(Behind::tally).reduce(Tally.none(), Tally::plus);
    }

    Cost cost() {
        return new Cost(
                Medians.of(behind, wave -> wave.cost().serverPerDelivery()),
                Medians.of(behind, wave -> wave.cost().serverUserPerDelivery()),
                Medians.of(behind, wave -> wave.cost().serverSystemPerDelivery()),
                Medians.of(behind, wave -> wave.cost().clientPerDelivery()));
    }

    Replay replay() {
        Double connecting = Medians.of(plain, Connect::serverCpuMicros);
        Double inAll = Medians.of(behind, wave -> wave.cost().serverPerDelivery());
        List<Double> nets = nets();
        long events = Math.max(1, Math.round(Medians.ofKnown(behind, wave ->
                (double) wave.tally().received())));
        Double net = connecting == null || inAll == null ? null : inAll - connecting * connections / events;
        return new Replay(
                behind.size(),
                Medians.ofKnown(plain, Connect::perSecond),
                connecting,
                inAll,
                net == null || net < 0 ? null : net,
                nets.stream().min(Double::compare).orElse(null),
                nets.stream().max(Double::compare).orElse(null),
                net != null && net < 0);
    }

    /**
     * Returns, for each wave with missed events, the cost of an event less that of connecting, which the waves before
     * and after it have measured.
     */
    private List<Double> nets() {
        List<Double> nets = new ArrayList<>();
        for (int i = 0; i < behind.size() && i + 1 < plain.size(); i++) {
            Double inAll = behind.get(i).cost().serverPerDelivery();
            Double connecting = Medians.of(plain.subList(i, i + 2), Connect::serverCpuMicros);
            if (inAll != null && connecting != null) {
                nets.add(
                        inAll - connecting * connections / behind.get(i).tally().received());
            }
        }
        return nets;
    }
}
