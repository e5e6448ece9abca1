package dev.freshet.examples.faults;

import static dev.freshet.examples.faults.Relays.awaitEvents;

import dev.freshet.event.ResumeOutcome;
import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.CuttingProxy;
import dev.freshet.fixtures.CuttingProxy.Cut;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.CloseReason;
import dev.freshet.netty.SseConnection;
import dev.freshet.netty.SseEndpoint;
import dev.freshet.netty.SseListener;
import dev.freshet.netty.SseReply;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/**
 * An application whose code throws, blocks, returns null and calls back, beside streams that are to be whole. Its listener does the
 * same with those streams.
 */
final class UserCodeFaults {
    private static final long HOLD_NANOS = 20_000_000;

    private final SseHub hub = SseHub.create();
    private final ExecutorService threads = Executors.newFixedThreadPool(2);
    private final Semaphore blocked = new Semaphore(0);

    private UserCodeFaults() {}

    /** Faults of the code of an application. */
    static FaultRow all(Relays relays) throws Exception {
        UserCodeFaults application = new UserCodeFaults();
        try {
            return application.run(relays.setting("user code that throws, blocks, returns null, calls back"));
        } finally {
            application.blocked.release(Integer.MAX_VALUE);
            application.threads.shutdownNow();
        }
    }

    private FaultRow run(FaultSetting setting) throws Exception {
        Map<String, SseEndpoint> faults = faults();
        try (Application application = new Application(hub, 0, builder -> {
                    faults.forEach(builder::endpoint);
                    return builder.listener(new Faulty());
                });
                CuttingProxy proxy = CuttingProxy.before(application.port())) {
            int port = application.port();
            try (FaultRun run = new FaultRun(setting, () -> port, proxy::port)) {
                while (run.goesOn(FaultLengths.RESTARTS * faults.size())) {
                    for (String path : faults.keySet()) {
                        call(port, path);
                        run.happened();
                    }
                    blocked.release();
                    proxy.cutNow(Cut.RST); // the listener sees the end, and the start, of each stream
                    awaitEvents(run, 1);
                }
                return run.end();
            }
        }
    }

    private static void call(int port, String path) throws IOException {
        try (RawSseClient client = RawSseClient.connect("127.0.0.1", port)) {
            client.patience(Duration.ofMillis(50)).get(path);
        } catch (SocketTimeoutException e) {
            // it blocks
        } catch (IOException e) {
            // it is cut off
        }
    }

    @SuppressWarnings("NullAway") // it returns null on purpose
    private Map<String, SseEndpoint> faults() {
        Map<String, SseEndpoint> all = new LinkedHashMap<>();
        all.put("/throws", request -> thrown());
        all.put("/throws-error", request -> {
            throw new AssertionError("on purpose");
        });
        all.put("/null", request -> null);
        all.put("/later-null", request -> SseReply.when(CompletableFuture.completedFuture(null)));
        all.put("/later-throws", request -> SseReply.when(CompletableFuture.supplyAsync(this::thrown, threads)));
        all.put("/holds", request -> {
            LockSupport.parkNanos(HOLD_NANOS);
            return thrown();
        });
        all.put("/blocks", SseEndpoint.blocking(threads, request -> {
            blocked.acquireUninterruptibly();
            return SseReply.subscribe(hub, "b");
        }));
        all.put("/publisher-throws", request -> SseReply.stream(subscriber -> thrown()));
        all.put("/snapshot-throws", request -> SseReply.subscribe(hub, "b").snapshot(() -> {
            throw new IllegalStateException("on purpose");
        }));
        all.put("/snapshot-null", request -> SseReply.subscribe(hub, "b").snapshot(() -> null));
        all.put("/calls-back", request -> {
            hub.publish("b", SseEvent.of("stream-open", "from an endpoint"));
            return SseReply.subscribe(hub, "b");
        });
        return all;
    }

    private SseReply thrown() {
        throw new IllegalStateException("on purpose");
    }

    private final class Faulty implements SseListener {
        @Override
        public void opened(SseConnection connection, ResumeOutcome outcome) {
            hub.publish("of-the-listener", SseEvent.of("x"));
            connection.send(SseEvent.comment("from the listener"));
            thrown();
        }

        @Override
        public void closed(SseConnection connection, CloseReason reason) {
            connection.close();
            connection.send(SseEvent.of("too late"));
            LockSupport.parkNanos(HOLD_NANOS / 20);
            thrown();
        }
    }
}
