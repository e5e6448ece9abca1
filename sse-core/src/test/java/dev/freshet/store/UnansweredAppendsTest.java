package dev.freshet.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.store.UnansweredAppends.Append;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class UnansweredAppendsTest {
    /** The bytes that an append takes whose body is empty and whose topic has two characters. */
    private static final int LEAST = 256 + 4;

    private static final EventId ID = new EventId(1, 2);
    private static final IllegalStateException CAUSE = new IllegalStateException("as the test wants");

    private final UnansweredAppends appends = new UnansweredAppends(3 * LEAST);

    private static Append of(int bytes) {
        StoredEntry entry = new StoredEntry(StoredEntry.Kind.EVENT, "ab", new byte[bytes - LEAST], null, null);
        return new Append(entry, new CompletableFuture<>());
    }

    private static CompletableFuture<Throwable> failure(Append append) {
        return append.kept().handle((id, e) -> e);
    }

    private Append admitted(int bytes) {
        Append append = of(bytes);
        assertThat(appends.admit(append)).isTrue();
        return append;
    }

    private Append inBatch(int bytes) {
        Append append = admitted(bytes);
        appends.addToBatch(append);
        return append;
    }

    @Test
    void anAppendTakesItsBodyAndTwiceItsTopicAndACertainSumBeside() {
        assertThat(of(LEAST + 1_000).bytes()).isEqualTo(LEAST + 1_000);
        admitted(LEAST + 1_000);
        assertThat(appends.bytes()).isEqualTo(LEAST + 1_000);
    }

    @Test
    void asMuchAsTheBoundIsAdmittedAndNoByteMore() {
        admitted(LEAST);
        assertThat(appends.admit(of(2 * LEAST + 1))).isFalse();
        assertThat(appends.bytes()).isEqualTo(LEAST);
        admitted(2 * LEAST);
        assertThat(appends.bytes()).isEqualTo(3 * LEAST);
    }

    @Test
    void theOnlyOneMayBeAboveTheBoundAndNoneIsAdmittedBesideIt() {
        admitted(3 * LEAST + 1);
        assertThat(appends.admit(of(LEAST))).isFalse();
    }

    @Test
    void whatIsKeptIsTheOldestOfTheBatchAndCountsNoMore() {
        Append first = inBatch(LEAST);
        Append second = inBatch(LEAST + 1);
        assertThat(appends.batch()).containsExactly(first, second);
        appends.keepOldest(ID);

        assertThat(first.kept()).isCompletedWithValue(ID);
        assertThat(second.kept()).isNotDone();
        assertThat(appends.batch()).containsExactly(second);
        assertThat(appends.bytes()).isEqualTo(LEAST + 1);
    }

    @Test
    void whatIsAnsweredIsCountedNoMoreWhenItsStagesRun() {
        CompletableFuture<Long> atItsEnd = new CompletableFuture<>();
        inBatch(LEAST).kept().thenRun(() -> atItsEnd.complete(appends.bytes()));
        appends.keepOldest(ID);
        assertThat(atItsEnd).isCompletedWithValue(0L);

        CompletableFuture<Long> atItsFailure = new CompletableFuture<>();
        inBatch(LEAST).kept().whenComplete((id, e) -> atItsFailure.complete(appends.bytes()));
        appends.failBatch(CAUSE);
        assertThat(atItsFailure).isCompletedWithValue(0L);
    }

    @Test
    void aBatchThatFailsIsAnsweredAsAWholeAndWhatWaitsBesideItIsNot() {
        Append first = inBatch(LEAST);
        Append second = inBatch(LEAST);
        Append waiting = admitted(LEAST);
        appends.failBatch(CAUSE);

        assertThat(failure(first)).isCompletedWithValue(CAUSE);
        assertThat(failure(second)).isCompletedWithValue(CAUSE);
        assertThat(waiting.kept()).isNotDone();
        assertThat(appends.batch()).isEmpty();
        assertThat(appends.bytes()).isEqualTo(LEAST);
    }

    @Test
    void anAppendThatFailsCountsNoMoreAndTheBatchStays() {
        Append inBatch = inBatch(LEAST);
        Append failed = admitted(LEAST + 1);
        appends.fail(failed, CAUSE);

        assertThat(failure(failed)).isCompletedWithValue(CAUSE);
        assertThat(appends.batch()).containsExactly(inBatch);
        assertThat(appends.bytes()).isEqualTo(LEAST);
    }
}
