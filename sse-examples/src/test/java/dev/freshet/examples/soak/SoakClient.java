package dev.freshet.examples.soak;

import dev.freshet.fixtures.CuttingProxy;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.ReferenceParser;
import dev.freshet.log.Reset;
import dev.freshet.netty.CloseReason;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A client that follows some topics in one visit after the other, each from its last event id, and checks what it receives. At the
 * end it reads on to the last event of each topic. Not thread-safe.
 */
final class SoakClient implements Callable<Void> {
    /** How a client reads, and goes. */
    private enum Visit {
        READ,
        SLOW,
        STUCK,
        CUT,
        PROXY,
        AWAY
    }

    private static final int LONGEST_VISIT = 2_000;
    private static final int LONGEST_PROXIED = 1 << 18;
    private static final long LONGEST_AWAY_MILLIS = 5_000;
    private static final int SMALL_BUFFER = 4 << 10;
    private static final int MOST_LAST_VISITS = 50;
    private static final long LONGEST_CLOSE_SECONDS = 30;

    private final SoakService service;
    private final String name;
    private final List<String> topics;
    private final String end;
    private final BooleanSupplier over;
    private final SoakCounts counts;
    private final Random random;
    private final ContinuityCheck check;
    private final Set<String> ended = new HashSet<>();
    private String last = "";
    private int visits;

    /**
     * Creates a client.
     *
     * @param name what the names of its visits begin with
     * @param end the type of the last event of each topic
     */
    SoakClient(
            SoakService service,
            String name,
            List<String> topics,
            String end,
            BooleanSupplier over,
            SoakCounts counts,
            long seed) {
        this.service = service;
        this.name = name;
        this.topics = topics;
        this.end = end;
        this.over = over;
        this.counts = counts;
        this.random = new Random(seed);
        this.check = new ContinuityCheck(topics, service::published);
    }

    @Override
    public Void call() throws Exception {
        Visit[] kinds = Visit.values();
        while (!over.getAsBoolean()) {
            visit(kinds[random.nextInt(kinds.length)], 1 + random.nextInt(LONGEST_VISIT));
        }
        for (int i = 0; i < MOST_LAST_VISITS && ended.size() < topics.size(); i++) {
            visit(Visit.READ, Integer.MAX_VALUE);
        }
        if (ended.size() < topics.size()) {
            counts.fault("after " + last + ": the ends of " + ended + " only (expected: of " + topics + ")");
        }
        return null;
    }

    private void visit(Visit how, int events) throws Exception {
        if (how == Visit.AWAY) {
            parkAtMost(LONGEST_AWAY_MILLIS);
            return;
        }
        String visit = name + '-' + visits++;
        CompletableFuture<CloseReason> closed = service.visits.begin(visit);
        try {
            if (how == Visit.PROXY) {
                followThroughProxy(visit, events);
            } else {
                follow(service.port(), visit, how, events);
            }
        } catch (SocketTimeoutException e) {
            counts.fault(how + " after " + last + ": " + e);
        } catch (IOException e) {
            requireLaggedOut(how, e, closed);
        } finally {
            service.visits.end(visit);
        }
    }

    /** The server may have cut off a client that was behind, and no other. */
    private void requireLaggedOut(Visit how, IOException end, CompletableFuture<CloseReason> closed) throws Exception {
        CloseReason reason = null;
        try {
            reason = closed.get(LONGEST_CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            // the server has not closed it
        }
        if (reason == CloseReason.LAGGED) {
            counts.laggedOut.increment();
        } else {
            counts.fault(how + " after " + last + ": " + end + ", by the server: " + reason);
        }
    }

    private void followThroughProxy(String visit, int events) throws IOException {
        try (CuttingProxy proxy = CuttingProxy.before(service.port())) {
            CuttingProxy.Cut cut = random.nextBoolean() ? CuttingProxy.Cut.FIN : CuttingProxy.Cut.RST;
            proxy.cutAfter(1 + random.nextInt(LONGEST_PROXIED), cut);
            try {
                follow(proxy.port(), visit, Visit.PROXY, events);
            } catch (IOException e) {
                if (e instanceof SocketTimeoutException || proxy.cutStreams().isEmpty()) {
                    throw e;
                }
                counts.cuts.increment();
            }
        }
    }

    private void follow(int to, String visit, Visit how, int events) throws IOException {
        int receiveBuffer = how == Visit.READ || how == Visit.PROXY ? 0 : SMALL_BUFFER;
        try (RawSseClient client = RawSseClient.connect("127.0.0.1", to, receiveBuffer)) {
            String path = "/events?" + SoakVisits.NAME + "=" + visit + "&topic=" + String.join("&topic=", topics);
            RawSseClient.Head head = last.isEmpty() ? client.get(path) : client.get(path, "Last-Event-ID: " + last);
            counts.opened.increment();
            if (head.status() != 200) {
                counts.fault(head.statusLine() + " (expected: 200)");
                return;
            }
            if (how == Visit.STUCK) {
                parkAtMost(LONGEST_AWAY_MILLIS);
            }
            for (int left = events; left > 0 && ended.size() < topics.size(); left--) {
                receive(client, client.readEvent());
                if (how == Visit.SLOW && left % 64 == 0) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
                }
            }
            if (how == Visit.CUT) {
                client.cut();
                counts.cuts.increment();
            }
        }
    }

    private void parkAtMost(long millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1 + random.nextLong(millis)));
    }

    private void receive(RawSseClient client, ReferenceParser.Event event) {
        String id = client.lastEventId();
        switch (event.type()) {
            case "stream-open" -> opened(id, event.data());
            case Reset.TYPE -> {
                counts.resets.increment();
                check.begin(id);
            }
            default -> published(id, event);
        }
        last = id;
    }

    private void opened(String id, String data) {
        if (last.isEmpty()) {
            check.begin(id);
        } else if (!data.contains("\"resumed\"")) {
            counts.fault("after " + last + ": opened with " + data + " (expected: resumed, or a reset)");
        }
    }

    private void published(String id, ReferenceParser.Event event) {
        counts.delivered.increment();
        String fault = check.received(id, event.data());
        if (fault != null) {
            counts.fault(fault);
        }
        if (event.type().equals(end)) {
            ended.add(event.data().split(" ", 2)[0]);
        }
    }
}
