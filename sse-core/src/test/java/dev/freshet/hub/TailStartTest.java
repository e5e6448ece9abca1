package dev.freshet.hub;

import static dev.freshet.harness.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.freshet.event.EventId;
import dev.freshet.harness.LogReader;
import dev.freshet.store.EventStore;
import dev.freshet.store.StoredEntry;
import dev.freshet.store.ToldStore;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The start of a tail, without what reads it. */
class TailStartTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final long PATIENCE_SECONDS = 20;

    @RegisterExtension
    final LogReader log = new LogReader();

    private final AwayStore store = new AwayStore();
    private final AtomicInteger loads = new AtomicInteger();
    private final TailStart start = new TailStart(store, new ToldSink(), loads::incrementAndGet);

    private static final class ToldSink implements EventStore.Sink {
        @Override
        public void begins(EventId floor) {}

        @Override
        public void entry(EventId id, long time, StoredEntry entry) {}

        @Override
        public void lost(EventId floor) {}
    }

    @Test
    void delaysBecomeLongerUpToABound() {
        assertThat(TailStart.next(100)).isEqualTo(200);
        assertThat(TailStart.next(2_500)).isEqualTo(5_000);
        assertThat(TailStart.next(3_000)).isEqualTo(5_000);
    }

    @Test
    void aTailThatBeginsAtOnceIsLoadedWithoutAMessage() {
        store.atFirst = first -> first.begun().complete(() -> {});
        start.run(StoreStart.FAIL, LONG);
        assertThat(start.whyNot()).isNull();
        assertThat(start.isClosed()).isFalse();
        assertThat(loads).hasValue(1);
        assertThat(log.text()).doesNotContain("store: loaded", "not loaded yet");
    }

    @Test
    void aTailThatFailsIsTriedAgainAndLoggedOnceForTheSameCause() throws Exception {
        store.atFirst = AwayStore.Asked::fail;
        start.run(StoreStart.RETRY, LONG);
        String why = "store: not loaded yet: java.io.IOException: not there";
        assertThat(start.whyNot()).isEqualTo(why);
        store.next();
        store.next().fail();
        store.next().begun().complete(() -> {});
        await("it is loaded", () -> start.whyNot() == null);
        assertThat(log.text()).as("the same cause once").containsOnlyOnce(why + "; retried until it is");
        assertThat(loads).hasValue(1);
    }

    @Test
    void aTailIsNotTriedAgainOnceItIsClosed() {
        CompletableFuture<Void> ran =
                CompletableFuture.runAsync(() -> start.run(StoreStart.RETRY, LONG), HubThreads.BLOCKING);
        await("it is asked for", () -> !store.asked.isEmpty());
        start.close();
        store.asked.remove().fail();
        assertThat(ran).succeedsWithin(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(start.whyNot()).isEqualTo("store: not loaded yet");
        assertThat(log.text()).doesNotContain("store: loaded", "not loaded yet");
    }

    @Test
    void aStoreThatThrowsIsOneThatCannotBeRead() {
        TailStart broken = new TailStart(
                new ToldStore(sink -> {
                    throw new IllegalStateException("as the test wants");
                }),
                new ToldSink(),
                () -> {});
        assertThatIllegalStateException()
                .isThrownBy(() -> broken.run(StoreStart.FAIL, LONG))
                .withMessageStartingWith("store: cannot load what it keeps: ");
        assertThat(broken.isClosed()).isTrue();
    }

    @Test
    void aTailIsClosedWhoseLoadFails() throws Exception {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        store.atFirst = first -> first.begun().complete(() -> closed.complete(null));
        TailStart failing = new TailStart(store, new ToldSink(), () -> {
            throw new IllegalStateException("as the test wants");
        });
        assertThatIllegalStateException().isThrownBy(() -> failing.run(StoreStart.FAIL, LONG));
        assertThat(failing.whyNot()).isNotNull();
        closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void aTailIsClosedWithIt() {
        AtomicInteger closed = new AtomicInteger();
        store.atFirst = first -> first.begun().complete(closed::incrementAndGet);
        start.run(StoreStart.FAIL, LONG);
        assertThat(closed).hasValue(0);
        start.close();
        assertThat(closed).hasValue(1);
        assertThat(start.isClosed()).isTrue();
    }

    @Test
    void aLoadThatTakesLongerIsLoggedAndGoesOn() throws Exception {
        start.run(StoreStart.RETRY, Duration.ofMillis(1));
        assertThat(log.text()).contains("store: not loaded yet: it takes longer than PT0.001S; the load continues");
        AwayStore.Asked there = store.next();
        there.begun().completeExceptionally(new IOException("gone"));
        assertThat(start.whyNot()).isEqualTo("store: not loaded yet: java.io.IOException: gone");
        store.next().begun().complete(() -> {});
        await("it is loaded", () -> start.whyNot() == null);
    }
}
