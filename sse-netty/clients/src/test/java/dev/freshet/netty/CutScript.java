package dev.freshet.netty;

import dev.freshet.fixtures.CuttingProxy;
import dev.freshet.fixtures.CuttingProxy.Cut;
import dev.freshet.netty.Tally.Published;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * One client's stream, cut three times: so many bytes after its connection began, then before its first event while
 * events are published, then so many bytes after an event that it has.
 */
final class CutScript implements Callable<ClientReport.Part> {
    private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long HEARTBEAT_SECONDS = 20;

    private final StreamServer server;
    private final ClientKind kind;
    private final Wire wire;
    private final RealClient client;
    private final Told told;
    private final String name;
    private final int number;
    private final int firstCut;
    private final List<Published> published = new ArrayList<>();

    /** {@code number} says how the cuts are made, and is the bytes to the last of them. */
    CutScript(StreamServer server, ClientKind kind, Wire wire, RealClient client, Told told, int number, int firstCut) {
        this.server = server;
        this.kind = kind;
        this.wire = wire;
        this.client = client;
        this.told = told;
        this.name = nameOf(number);
        this.number = number;
        this.firstCut = firstCut;
    }

    static String nameOf(int number) {
        return "s" + number;
    }

    @Override
    public ClientReport.Part call() throws Exception {
        String problem = null;
        try (CuttingProxy proxy = CuttingProxy.before(server.port())) {
            proxy.cutNextAfter(firstCut, kind.inHead(wire, how(0)));
            URI uri = wire.uri(proxy.port(), StreamServer.pathOf(name));
            client.follow(name, uri);
            try {
                follow(proxy);
            } catch (TimeoutException e) {
                problem = "stream " + name + ": " + e.getMessage();
            }
            client.leave(name);
            Tally tally = Tally.of(published, told.events());
            int lost = tally.lost().size();
            int own = Math.min(lost, (int)
                    proxy.cutStreams().stream().filter(kind::losesEventCutAt).count());
            return new ClientReport.Part(tally, lost - own, own, proxy.cutStreams(), proxy.accepted() - 1, problem);
        }
    }

    private void follow(CuttingProxy proxy) throws Exception {
        told.awaitOpening();
        proxy.stall();
        publish();
        publish();
        proxy.cutNow(how(1));
        proxy.resume();
        publish();
        awaitLast();

        proxy.cutOpenAfter(number, how(2));
        publish();
        publish();
        publish();
        awaitLast();

        awaitHeartbeat(proxy);
        publish();
        awaitLast();
    }

    private Cut how(int cut) {
        return ClientRun.cut(number + cut);
    }

    private void publish() {
        published.add(server.publish(name, String.valueOf(published.size())));
    }

    private void awaitLast() throws Exception {
        told.awaitTick(published.get(published.size() - 1).data());
    }

    /** Nothing else is sent by now. */
    private static void awaitHeartbeat(CuttingProxy proxy) throws TimeoutException {
        long before = proxy.passed();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(HEARTBEAT_SECONDS);
        while (proxy.passed() == before) {
            if (System.nanoTime() - deadline > 0) {
                throw new TimeoutException("no heartbeat");
            }
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
    }
}
