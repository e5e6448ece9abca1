package dev.freshet.netty.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.netty.redis.RedisStoreException.Outcome;
import dev.freshet.store.EventStoreException;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is completed of batches in flight of which Redis keeps no record. */
class UnrecordedBatchesTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final RedisStoreException WHY = new RedisStoreException(Outcome.NOT_DONE, "why");

    private final RedisClient client = RedisClient.create();
    private final Link link = new Link(
            client,
            new StoreOptions(
                    RedisURI.create("redis://127.0.0.1:1"),
                    "redis",
                    "key",
                    10_000,
                    PATIENCE,
                    PATIENCE,
                    PATIENCE,
                    10,
                    10_000,
                    InFlightPolicy.FAIL,
                    Idempotence.NONE),
            PATIENCE,
            new RedisCounts());
    private final Deque<Batch> window = new ArrayDeque<>();

    @AfterEach
    void close() {
        client.shutdown();
    }

    /** The append of a batch that is in flight. */
    private CompletableFuture<EventId> sent(CompletableFuture<List<byte[]>> reply) {
        CompletableFuture<EventId> appended = waiting();
        window.getLast().sent(reply);
        return appended;
    }

    private CompletableFuture<EventId> waiting() {
        CompletableFuture<EventId> appended = new CompletableFuture<>();
        window.add(new Batch(window.size() + 1, List.of(new Pending(RedisFixture.entry("data"), "key", 0, appended))));
        return appended;
    }

    private static CompletableFuture<List<byte[]>> reply(String outcome) {
        return CompletableFuture.completedFuture(List.of(outcome.getBytes(UTF_8)));
    }

    private static CompletableFuture<List<byte[]>> failed(Outcome outcome) {
        return CompletableFuture.failedFuture(new RedisStoreException(outcome, "failed"));
    }

    private void settle() {
        UnrecordedBatches.settle(
                window, link, WHY, reply -> window.remove().appends().forEach(pending -> pending.appended()
                        .complete(new EventId(1, 1))));
    }

    private static void assertFailed(CompletableFuture<EventId> appended, boolean isNotKept) {
        assertThat(appended)
                .failsWithin(0, TimeUnit.SECONDS)
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(EventStoreException.class, failure -> assertThat(failure.isNotKept())
                        .isEqualTo(isNotKept));
    }

    @Test
    void whatWasCertainlyNotAppendedStaysIfNothingAfterItWas() {
        List<CompletableFuture<EventId>> all =
                List.of(sent(reply("UNCHECKED")), sent(failed(Outcome.NOT_DONE)), waiting());
        settle();
        assertThat(window).hasSize(3);
        assertThat(all).allMatch(appended -> !appended.isDone());
    }

    @Test
    void whatWasNotAppendedBeforeOneThatWasFailsAndIsNotSentAfterIt() {
        CompletableFuture<EventId> before = sent(reply("OVERDUE"));
        CompletableFuture<EventId> appended = sent(reply("DONE"));
        CompletableFuture<EventId> after = sent(reply("OVERDUE"));
        settle();
        assertFailed(before, true);
        assertThat(appended).isCompleted();
        assertThat(after).isNotDone();
        assertThat(window).extracting(Batch::number).containsExactly(3L);
    }

    @Test
    void whatMayHaveBeenAppendedFailsSoAndWhatWasBeforeItIsNotKept() {
        CompletableFuture<EventId> before = sent(failed(Outcome.NOT_DONE));
        CompletableFuture<EventId> unknown = sent(failed(Outcome.UNKNOWN));
        settle();
        assertFailed(before, true);
        assertFailed(unknown, false);
        assertThat(window).isEmpty();
    }

    @Test
    void aReplyThatWasCancelledLeavesItUnknown() {
        CompletableFuture<List<byte[]>> reply = new CompletableFuture<>();
        reply.cancel(false);
        CompletableFuture<EventId> unknown = sent(reply);
        settle();
        assertFailed(unknown, false);
    }
}
