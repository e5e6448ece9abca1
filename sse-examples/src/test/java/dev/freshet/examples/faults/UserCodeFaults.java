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
import java.io.PrintStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
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

    /** What the library logs of the faults: tens of thousands of lines. */
    private static final Path LOG = Path.of("target", "user-code.log");

    private static final String OPENED = "a listener, of a stream that opens";
    private static final String CLOSED = "a listener, of a stream that ends";

    private final SseHub hub = SseHub.create();
    private final ExecutorService threads = Executors.newFixedThreadPool(2);
    private final Semaphore blocked = new Semaphore(0);

    /** How often each fault has occurred, by its path or its name. */
    private final Map<String, Integer> counts = new ConcurrentHashMap<>();

    private UserCodeFaults() {}

    /** Faults of the code of an application. */
    static FaultRow all(Relays relays) throws Exception {
        UserCodeFaults application = new UserCodeFaults();
        PrintStream errors = System.err;
        try (PrintStream log = new PrintStream(LOG.toFile(), StandardCharsets.UTF_8)) {
            System.setErr(log);
            return application.run(relays.setting("user code that throws, blocks, returns null, calls back"));
        } finally {
            System.setErr(errors);
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
                for (int i = 0; i < FaultLengths.RESTARTS || run.events() < setting.events(); i++) {
                    for (String path : faults.keySet()) {
                        call(port, path);
                    }
                    blocked.release();
                    proxy.cutNow(Cut.RST); // the listener sees the end, and the start, of each stream
                    awaitEvents(run, 1);
                }
                List<String> expected = new ArrayList<>(faults.keySet());
                expected.addAll(List.of(OPENED, CLOSED));
                for (String each : expected) {
                    run.await("a fault of " + each, () -> counts.containsKey(each));
                }
                run.happened(counts.values().stream().mapToInt(count -> count).sum());
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
        all.put("/throws", request -> thrown("/throws"));
        all.put("/throws-error", request -> {
            count("/throws-error");
            throw new AssertionError("on purpose");
        });
        all.put("/null", request -> {
            count("/null");
            return null;
        });
        all.put("/later-null", request -> {
            count("/later-null");
            return SseReply.when(CompletableFuture.completedFuture(null));
        });
        all.put(
                "/later-throws",
                request -> SseReply.when(CompletableFuture.supplyAsync(() -> thrown("/later-throws"), threads)));
        all.put("/holds", request -> {
            LockSupport.parkNanos(HOLD_NANOS);
            return thrown("/holds");
        });
        all.put("/blocks", SseEndpoint.blocking(threads, request -> {
            if (!blocked.tryAcquire()) {
                count("/blocks");
                blocked.acquireUninterruptibly();
            }
            return SseReply.subscribe(hub, "b");
        }));
        all.put("/publisher-throws", request -> SseReply.stream(subscriber -> thrown("/publisher-throws")));
        all.put("/snapshot-throws", request -> SseReply.subscribe(hub, "b").snapshot(() -> {
            count("/snapshot-throws");
            throw new IllegalStateException("on purpose");
        }));
        all.put("/snapshot-null", request -> SseReply.subscribe(hub, "b").snapshot(() -> {
            count("/snapshot-null");
            return null;
        }));
        all.put("/calls-back", request -> {
            count("/calls-back");
            hub.publish("b", SseEvent.of("stream-open", "from an endpoint"));
            return SseReply.subscribe(hub, "b");
        });
        return all;
    }

    private void count(String fault) {
        counts.merge(fault, 1, Integer::sum);
    }

    private SseReply thrown(String fault) {
        count(fault);
        throw new IllegalStateException("on purpose");
    }

    private final class Faulty implements SseListener {
        @Override
        public void opened(SseConnection connection, ResumeOutcome outcome) {
            hub.publish("of-the-listener", SseEvent.of("x"));
            connection.send(SseEvent.comment("from the listener"));
            thrown(OPENED);
        }

        @Override
        public void closed(SseConnection connection, CloseReason reason) {
            connection.close();
            connection.send(SseEvent.of("too late"));
            LockSupport.parkNanos(HOLD_NANOS / 20);
            thrown(CLOSED);
        }
    }
}
