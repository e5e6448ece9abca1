package dev.freshet.examples.soak;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.ReferenceParser;
import dev.freshet.log.Reset;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Connects, and goes at once: after the head of a stream, in the request, or with an id that no server gave. Not thread-safe. */
final class SoakChurn implements Callable<Void> {
    private static final long BETWEEN_NANOS = 10_000_000;

    private final int port;
    private final BooleanSupplier over;
    private final SoakCounts counts;
    private final Random random;

    SoakChurn(int port, BooleanSupplier over, SoakCounts counts, long seed) {
        this.port = port;
        this.over = over;
        this.counts = counts;
        this.random = new Random(seed);
    }

    @Override
    public Void call() {
        while (!over.getAsBoolean()) {
            try (RawSseClient client = RawSseClient.connect("127.0.0.1", port)) {
                counts.opened.increment();
                visit(client);
                if (random.nextInt(4) > 0) {
                    client.cut(); // leaves no port in TIME-WAIT
                    counts.cuts.increment();
                }
            } catch (IOException e) {
                counts.fault("a client that goes at once: " + e);
            }
            LockSupport.parkNanos(BETWEEN_NANOS);
        }
        return null;
    }

    private void visit(RawSseClient client) throws IOException {
        String path = "/events?topic=" + SoakService.TOPICS.get(random.nextInt(SoakService.TOPICS.size()));
        switch (random.nextInt(4)) {
            case 0 -> client.send("GET " + path + " HTTP/1.1\r\nHost: local");
            case 1 -> expect(404, client.get("/nowhere"));
            case 2 -> {
                expect(200, client.get(path, "Last-Event-ID: " + random.nextInt()));
                expectUnknown(client.readEvent());
            }
            default -> expect(200, client.get(path));
        }
    }

    private void expect(int status, RawSseClient.Head head) {
        if (head.status() != status) {
            counts.fault(head.statusLine() + " (expected: " + status + ")");
        }
    }

    private void expectUnknown(ReferenceParser.Event first) {
        if (first.type().equals(Reset.TYPE) && first.data().contains("\"reason\":\"unknown\"")) {
            counts.unknownIds.increment();
        } else {
            counts.fault("after an id that no server gave: " + first + " (expected: " + Reset.TYPE + ", unknown)");
        }
    }
}
