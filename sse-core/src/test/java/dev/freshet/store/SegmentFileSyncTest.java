package dev.freshet.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Exchanger;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class SegmentFileSyncTest {
    private static final int ROUNDS = 20_000;
    /** On a slow disk there are fewer rounds, each of which has more of the race. */
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(5);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    /** Any failure is that of the test's other thread, too. */
    private static void forceAll(Exchanger<SegmentFile> files) throws Exception {
        Exception failure = null;
        for (SegmentFile file = files.exchange(null); file != null; file = files.exchange(null)) {
            try {
                file.sync();
            } catch (Exception e) {
                failure = e;
            }
            files.exchange(null);
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** The file is forced on an executor while the writer begins the next one and closes it. */
    @Test
    @Timeout(60)
    void aFileThatIsClosedMeanwhileIsForcedOrClosedAlready() throws Exception {
        Exchanger<SegmentFile> files = new Exchanger<>();
        ExecutorService forcing = Executors.newSingleThreadExecutor();
        try {
            Future<Void> forced = forcing.submit(() -> {
                forceAll(files);
                return null;
            });
            Path path = folder.resolve("segment");
            long end = System.nanoTime() + MOST_NANOS;
            for (int i = 0; i < ROUNDS && System.nanoTime() < end; i++) {
                SegmentFile file = SegmentFile.create(path, new EventId(1, 0));
                files.exchange(file);
                for (int spin = i % 500; spin > 0; spin--) {
                    Thread.onSpinWait();
                }
                file.close();
                files.exchange(null);
                Files.delete(path);
            }
            files.exchange(null);
            assertThat(forced.get()).isNull();
        } finally {
            forcing.shutdownNow();
        }
    }
}
