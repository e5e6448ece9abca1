package dev.freshet.examples.faults;

import static dev.freshet.examples.faults.Relays.awaitEvents;
import static dev.freshet.examples.faults.Relays.eventsBetween;

import dev.freshet.hub.SseHub;
import dev.freshet.log.Retention;
import dev.freshet.store.FileEventStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/** A clock that is set back and ahead while a relay with files, in this process, publishes and starts again. */
final class ClockFaults {
    private static final List<Duration> CLOCKS = List.of(
            Duration.ofHours(-1), Duration.ofHours(2), Duration.ZERO, Duration.ofDays(-1), Duration.ofSeconds(30));

    /** Above all that the clock is set to. */
    private static final Duration AGE = Duration.ofDays(30);

    private final AtomicLong offset = new AtomicLong();
    private final InstantSource clock = () -> InstantSource.system().instant().plusMillis(offset.get());

    private ClockFaults() {}

    /** Sets the clock, and starts again with it. */
    static FaultRow backAndAhead(Relays relays) throws Exception {
        Path folder = Files.createTempDirectory(relays.folder(), "clock");
        ClockFaults clocks = new ClockFaults();
        FaultSetting setting = relays.setting("clock back and ahead, and restart");
        try (FileEventStore first = clocks.store(folder)) {
            Application application = clocks.start(first, 0);
            int port = application.port();
            try (FaultRun run = new FaultRun(setting, () -> port, () -> port)) {
                FileEventStore store = first;
                for (Duration each : CLOCKS) {
                    awaitEvents(run, eventsBetween(2 * CLOCKS.size()));
                    clocks.offset.set(each.toMillis());
                    run.happened();
                    awaitEvents(run, eventsBetween(2 * CLOCKS.size()));
                    application.close();
                    store.close();
                    store = clocks.store(folder);
                    application = clocks.start(store, port);
                }
                FaultRow row = run.end();
                store.close();
                return row;
            } finally {
                application.close();
            }
        }
    }

    private FileEventStore store(Path folder) {
        return FileEventStore.builder(folder).maxAge(AGE).clock(clock).open();
    }

    private Application start(FileEventStore store, int port) {
        SseHub hub = SseHub.builder()
                .retention(Retention.builder().maxAge(AGE).build())
                .clock(clock)
                .store(store)
                .build();
        return new Application(hub, port, UnaryOperator.identity());
    }
}
