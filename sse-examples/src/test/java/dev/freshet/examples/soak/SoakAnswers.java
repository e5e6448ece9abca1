package dev.freshet.examples.soak;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.ReferenceParser;
import dev.freshet.netty.SseGeneration;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Starts one generation after the other, each with its followers, that are cut in the middle and return. Each must receive all events
 * and the last, and be answered 204 after it. Not thread-safe.
 */
final class SoakAnswers implements Callable<Void> {
    private static final int FOLLOWERS = 2;
    private static final int MOST_TOKENS = 200;
    private static final int CANCELLED_ONE_IN = 8;
    private static final int MOST_VISITS = 50;
    private static final String NAME = "answer";

    private final SoakService service;
    private final String ids;
    private final ExecutorService threads;
    private final BooleanSupplier over;
    private final SoakCounts counts;
    private final Random random;

    /**
     * Creates a starter.
     *
     * @param ids what the names of its generations begin with
     */
    SoakAnswers(SoakService service, String ids, ExecutorService threads, BooleanSupplier over, SoakCounts counts) {
        this.service = service;
        this.ids = ids;
        this.threads = threads;
        this.over = over;
        this.counts = counts;
        this.random = new Random(ids.hashCode());
    }

    @Override
    public Void call() throws Exception {
        for (int i = 0; !over.getAsBoolean(); i++) {
            answer(ids + i);
        }
        return null;
    }

    private void answer(String id) throws Exception {
        SseGeneration answer = SseGeneration.start(service.hub, "answers/" + id);
        int tokens = 1 + random.nextInt(MOST_TOKENS);
        boolean cancelled = random.nextInt(CANCELLED_ONE_IN) == 0;
        answer.publish(token(0)).toCompletableFuture().get(30, SECONDS);
        List<Future<?>> followers = new ArrayList<>();
        for (int i = 0; i < FOLLOWERS; i++) {
            int cutAfter = 1 + random.nextInt(tokens);
            followers.add(threads.submit(() -> follow(id, cancelled ? "cancelled" : "done", cutAfter)));
        }
        answer.run(threads, () -> {
            for (int i = 1; i < tokens; i++) {
                answer.publish(token(i));
                LockSupport.parkNanos(1_000_000);
            }
            if (cancelled) {
                answer.cancel();
            }
        });
        for (Future<?> follower : followers) {
            follower.get(120, SECONDS);
        }
        counts.published.add(tokens);
        counts.answers.increment();
    }

    private static SseEvent token(int number) {
        return SseEvent.of("token", SoakEvent.data(NAME, number));
    }

    /** Follows to the end, in visits of so many events. */
    private void follow(String id, String end, int cutAfter) {
        ContinuityCheck check = new ContinuityCheck(List.of(NAME), name -> 0);
        check.begin("");
        String last = "";
        for (int i = 0; i < MOST_VISITS; i++) {
            try (RawSseClient client = RawSseClient.connect("127.0.0.1", service.port())) {
                RawSseClient.Head head = last.isEmpty()
                        ? client.get("/answers/" + id)
                        : client.get("/answers/" + id, "Last-Event-ID: " + last);
                counts.opened.increment();
                if (head.status() != 200) {
                    counts.fault(id + ": " + head.statusLine() + " after " + last);
                    return;
                }
                for (int left = i == 0 ? cutAfter : Integer.MAX_VALUE; left > 0; left--) {
                    ReferenceParser.Event event = client.readEvent();
                    last = client.lastEventId();
                    if (event.type().equals("token")) {
                        counts.delivered.increment();
                        String fault = check.received(last, event.data());
                        if (fault != null) {
                            counts.fault(id + ": " + fault);
                        }
                        continue;
                    }
                    if (!event.type().equals(end)) {
                        counts.fault(id + ": ends with " + event.type() + " (expected: " + end + ")");
                    }
                    client.close();
                    requireEnd(id, last);
                    return;
                }
                client.cut();
                counts.cuts.increment();
            } catch (IOException e) {
                counts.fault(id + ": " + e + " after " + last);
                return;
            }
        }
        counts.fault(id + ": no end after " + last);
    }

    private void requireEnd(String id, String last) throws IOException {
        try (RawSseClient client = RawSseClient.connect("127.0.0.1", service.port())) {
            counts.opened.increment();
            RawSseClient.Head head = client.get("/answers/" + id, "Last-Event-ID: " + last);
            if (head.status() != 204) {
                counts.fault(id + ": " + head.statusLine() + " after its end, " + last + " (expected: 204)");
            }
        }
    }
}
