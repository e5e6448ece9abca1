package dev.freshet.examples.faults;

import static dev.freshet.examples.faults.Relays.awaitEvents;
import static dev.freshet.examples.faults.Relays.eventsBetween;

import dev.freshet.harness.RestartPort;
import dev.freshet.hub.SseHub;
import dev.freshet.log.Retention;
import dev.freshet.store.FileEventStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/** A relay with files, in this process, that publishes and starts again while its clock is set back and ahead. */
final class ClockFaults implements AutoCloseable {
    private static final List<Duration> CLOCKS = List.of(
            Duration.ofHours(-1), Duration.ofHours(2), Duration.ZERO, Duration.ofDays(-1), Duration.ofSeconds(30));

    /** Above all that the clock is set to. */
    private static final Duration AGE = Duration.ofDays(30);

    private final AtomicLong offset;
    private final Path folder;
    private final int port;
    private Open open;

    /** What is open until the relay starts again. */
    private record Open(FileEventStore store, Application application) implements AutoCloseable {
        @Override
        public void close() {
            try (store) {
                application.close();
            }
        }
    }

    private ClockFaults(Path folder) throws IOException {
        this.folder = folder;
        this.offset = new AtomicLong();
        this.port = RestartPort.next();
        this.open = open(folder, offset, port);
    }

    /** Sets the clock, and starts again with it. */
    static FaultRow backAndAhead(Relays relays) throws Exception {
        FaultSetting setting = relays.setting("clock back and ahead, and restart");
        try (ClockFaults relay = new ClockFaults(Files.createTempDirectory(relays.folder(), "clock"));
                FaultRun run = new FaultRun(setting, () -> relay.port, () -> relay.port)) {
            for (Duration each : CLOCKS) {
                awaitEvents(run, eventsBetween(2 * CLOCKS.size()));
                relay.offset.set(each.toMillis());
                run.happened();
                awaitEvents(run, eventsBetween(2 * CLOCKS.size()));
                relay.startAgain();
            }
            return run.end();
        }
    }

    private void startAgain() {
        open.close();
        open = open(folder, offset, port);
    }

    private static Open open(Path folder, AtomicLong offset, int port) {
        InstantSource clock = () -> InstantSource.system().instant().plusMillis(offset.get());
        FileEventStore store =
                FileEventStore.builder(folder).maxAge(AGE).clock(clock).open();
        try {
            SseHub hub = SseHub.builder()
                    .retention(Retention.builder().maxAge(AGE).build())
                    .clock(clock)
                    .store(store)
                    .build();
            return new Open(store, application(hub, port));
        } catch (RuntimeException | Error e) {
            store.close();
            throw e;
        }
    }

    private static Application application(SseHub hub, int port) {
        try {
            return new Application(hub, port, UnaryOperator.identity());
        } catch (RuntimeException | Error e) {
            hub.close();
            throw e;
        }
    }

    @Override
    public void close() {
        open.close();
    }
}
