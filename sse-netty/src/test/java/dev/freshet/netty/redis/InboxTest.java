package dev.freshet.netty.redis;

import static dev.freshet.harness.Conditions.await;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.netty.redis.RedisStoreException.Outcome;
import dev.freshet.store.StoredEntry;
import dev.freshet.store.StoredEntry.Kind;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What waits for the appender. */
class InboxTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int MOST_BYTES = 2_000;

    private final Inbox inbox = new Inbox(new StoreOptions(
            RedisURI.create("redis://127.0.0.1:1"),
            "redis",
            "key",
            10_000,
            PATIENCE,
            PATIENCE,
            PATIENCE,
            10,
            MOST_BYTES,
            InFlightPolicy.WAIT,
            Idempotence.BY_KEY));

    private CompletionStage<EventId> append(String topic, int bytes) {
        return inbox.append(new StoredEntry(Kind.EVENT, topic, new byte[bytes], null, null), topic);
    }

    private static List<String> topics(List<Pending> all) {
        return all.stream().map(pending -> pending.entry().topic()).toList();
    }

    @Test
    void whatWaitedForRoomIsOverdueBeforeWhatStandsInFrontOfIt() throws Exception {
        append("first", 1_000);
        List<Pending> inFlight = inbox.take();
        Thread waiting = new Thread(() -> append("waited", 1_200));
        waiting.start();
        await("it waits for room", () -> waiting.getState() == Thread.State.TIMED_WAITING);
        long between = System.nanoTime();
        while (System.nanoTime() == between) {
            Thread.onSpinWait();
        }
        ForkJoinPool pool = new ForkJoinPool(1);
        CompletableFuture.runAsync(() -> append("small", 1), pool).get(Told.PATIENCE_SECONDS, SECONDS);
        pool.shutdown();
        inFlight.forEach(pending -> pending.appended().complete(new EventId(1, 1)));
        waiting.join();

        assertThat(topics(inbox.takeOverdue(between + PATIENCE.toNanos()))).containsExactly("waited");
        assertThat(topics(inbox.take())).containsExactly("small");
    }

    @Test
    void aBatchIsWaitedForAsLongAsTheLastOfItsCallersWaits() {
        StoredEntry entry = new StoredEntry(Kind.EVENT, "t", new byte[0], null, null);
        Pending later = new Pending(entry, "1", Long.MIN_VALUE + 5, new CompletableFuture<>());
        Pending sooner = new Pending(entry, "2", Long.MAX_VALUE - 5, new CompletableFuture<>());

        assertThat(new Batch(1, List.of(later, sooner)).deadline()).isEqualTo(later.deadline());
        assertThat(new Batch(1, List.of(sooner, later)).deadline()).isEqualTo(later.deadline());
    }

    @Test
    void anAppendThatIsRefusedButMayHaveBeenDoneBeforeIsNotCertainlyNotKept() {
        Batch uncertain = batch();
        uncertain.sent(new CompletableFuture<>());
        uncertain.markUncertain();
        assertThat(isNotKept(uncertain)).isFalse();
        assertThat(isNotKept(batch())).isTrue();
    }

    private static Batch batch() {
        StoredEntry entry = new StoredEntry(Kind.EVENT, "t", new byte[0], null, null);
        return new Batch(1, List.of(new Pending(entry, "1", 1, new CompletableFuture<>())));
    }

    private static boolean isNotKept(Batch batch) {
        batch.fail(new RedisStoreException(Outcome.REFUSED, "full"));
        CompletableFuture<EventId> appended = batch.appends().get(0).appended();
        return appended.handle((id, failure) -> failure instanceof RedisStoreException refusal && refusal.isNotKept())
                .join();
    }

    @Test
    void theThreadOfTheJdksTimersDoesNotWait() throws Exception {
        append("first", MOST_BYTES);
        Executor timer = CompletableFuture.delayedExecutor(1, TimeUnit.NANOSECONDS, Runnable::run);

        CompletionStage<EventId> second =
                CompletableFuture.supplyAsync(() -> append("second", 1), timer).get(Told.PATIENCE_SECONDS, SECONDS);

        assertThat(second.toCompletableFuture()).isCompletedExceptionally();
    }
}
