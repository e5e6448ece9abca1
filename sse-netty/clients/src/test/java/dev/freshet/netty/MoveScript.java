package dev.freshet.netty;

import dev.freshet.fixtures.CuttingProxy;
import dev.freshet.fixtures.CuttingProxy.Cut;
import dev.freshet.netty.Tally.Published;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One client's stream that begins on one hub and is cut there, misses two events of it, and comes to another hub. */
final class MoveScript {
    private final Wire wire;
    private final RealClient client;
    private final Told told;
    private final String name;
    private final boolean quiet;
    private final Cut how;
    private final CuttingProxy proxy;
    private final List<Published> published = new ArrayList<>();
    private final Set<Integer> missed = new TreeSet<>();
    private @Nullable String problem;

    /** {@code number} says how it is cut, and whether before its first event. */
    MoveScript(Origin first, Wire wire, RealClient client, Told told, String name, int number) throws IOException {
        this.wire = wire;
        this.client = client;
        this.told = told;
        this.name = name;
        this.quiet = number % 4 < 2;
        this.how = ClientRun.cut(number);
        this.proxy = CuttingProxy.before(first.port());
    }

    Void begin(Origin first) throws Exception {
        client.follow(name, wire.uri(proxy.port(), StreamServer.pathOf(name)));
        try {
            told.awaitOpening();
            for (int i = 0; i < 3 && !quiet; i++) {
                publish(first);
                awaitLast();
            }
        } catch (TimeoutException e) {
            problem = "stream " + name + ": " + e.getMessage();
        }
        proxy.stall();
        for (int i = 0; i < 2; i++) {
            missed.add(published.size());
            publish(first);
        }
        proxy.cutNow(how);
        return null;
    }

    ClientReport.Part end(Origin second) throws Exception {
        try (proxy) {
            publish(second);
            publish(second);
            proxy.target(second.port());
            proxy.cutNow(how); // who asked the first again meanwhile
            proxy.resume();
            publish(second);
            try {
                awaitLast();
            } catch (TimeoutException e) {
                problem = "stream " + name + ": " + e.getMessage();
            }
            client.leave(name);
            Tally tally = Tally.of(published, told.events());
            Set<Integer> lost = new TreeSet<>(tally.lost());
            if (tally.resets() > 0) {
                lost.removeAll(missed);
            }
            return new ClientReport.Part(tally, lost.size(), 0, proxy.cutStreams(), proxy.accepted() - 1, problem);
        }
    }

    private void publish(Origin origin) {
        published.add(origin.publish(name, String.valueOf(published.size())));
    }

    private void awaitLast() throws Exception {
        told.awaitTick(published.get(published.size() - 1).data());
    }
}
