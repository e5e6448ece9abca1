package dev.freshet.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.freshet.event.EventId;
import dev.freshet.harness.LogReader;
import dev.freshet.store.EntryFormat.Kept;
import dev.freshet.store.StoredEntry.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What becomes of an entry that the sink of a tail does not take. */
class FileTailFailuresTest {
    private static final class Unreadable extends RuntimeException {
        private static final long serialVersionUID = 1;

        @Override
        public String getMessage() {
            throw new IllegalStateException("no message");
        }
    }

    private static final long SECOND = 1_000_000_000;

    private final List<String> calls = new ArrayList<>();
    private RuntimeException thrownByEntry = new RuntimeException("a\nWARN forged");
    private boolean doesLostThrow;
    private boolean isOver;

    private final FileTail tail = new FileTail(new EventStore.Sink() {
        @Override
        public void begins(EventId floor) {
            calls.add("begins " + floor);
        }

        @Override
        public void ended(String topic, @Nullable EventId start, EventId last, long time) {
            calls.add("ended " + last);
        }

        @Override
        public void startedBefore(String topic, EventId start) {
            calls.add("started " + start);
        }

        @Override
        public void entry(EventId id, long time, StoredEntry entry) {
            if (entry.topic().equals("refused")) {
                throw thrownByEntry;
            }
            calls.add("entry " + id);
        }

        @Override
        public boolean isOver() {
            return isOver;
        }

        @Override
        public void lost(EventId floor) {
            if (doesLostThrow) {
                throw new IllegalStateException("not now");
            }
            calls.add("lost " + floor);
        }
    });

    private static Kept kept(long millis, String topic) {
        return new Kept(new EventId(millis, 0), millis, new StoredEntry(Kind.EVENT, topic, new byte[0], null, null));
    }

    private static Kept kept(Kind kind) {
        String topic = kind == Kind.RENEWAL || kind == Kind.PROBE ? "" : "a";
        return new Kept(new EventId(7, 0), 7, new StoredEntry(kind, topic, new byte[0], null, null));
    }

    private void deliver(long millis, String topic) {
        Kept kept = kept(millis, topic);
        tail.entry(kept.id(), kept.time(), kept.entry());
    }

    @Test
    void itIsALossBeforeTheNextEntry() {
        deliver(1, "a");
        deliver(2, "refused");
        deliver(3, "a");

        assertThat(calls).containsExactly("entry 1-0", "lost 2-0", "entry 3-0");
    }

    @Test
    void aLossThatTheSinkDoesNotTakeIsToldAgain() {
        doesLostThrow = true;
        deliver(1, "refused");
        deliver(2, "refused");
        doesLostThrow = false;
        deliver(3, "a");

        assertThat(calls).containsExactly("lost 2-0", "entry 3-0");
    }

    @Test
    void thatTheSinkDoesNotTakeALossIsLoggedOnceUntilItTakesOne() {
        thrownByEntry = new IllegalArgumentException("entry refused");
        doesLostThrow = true;
        String log = LogReader.logged(() -> {
            for (int i = 1; i <= 6; i++) {
                deliver(i, "refused");
            }
            doesLostThrow = false;
            deliver(7, "a");
            doesLostThrow = true;
            deliver(8, "refused");
        });

        assertThat(log.split("the sink failed to accept the loss up to", -1)).hasSize(3);
    }

    @Test
    void nothingIsDeliveredAboveALossThatTheSinkDoesNotTake() {
        doesLostThrow = true;
        deliver(1, "refused");
        deliver(2, "a");
        doesLostThrow = false;
        deliver(3, "a");

        assertThat(calls).containsExactly("lost 2-0", "entry 3-0");
    }

    @Test
    void aTailThatIsLoadedEndsAtTheFirstLossThatTheSinkDoesNotTake() {
        tail.loaded(kept(1, "refused"));
        doesLostThrow = true;

        assertThatIllegalStateException()
                .isThrownBy(() -> tail.loaded(kept(2, "refused")))
                .withMessage("store: the sink failed to accept the loss up to 2-0");
        assertThat(calls).containsExactly("lost 1-0");
    }

    @Test
    void aLossThatTheSinkDoesNotTakeIsToldAgainAfterASecondWithoutAnEntry() {
        doesLostThrow = true;
        deliver(1, "refused");
        doesLostThrow = false;
        tail.tellLossAgain(System.nanoTime() + SECOND);
        tail.tellLossAgain(System.nanoTime() + 2 * SECOND);

        assertThat(calls).containsExactly("lost 1-0");
    }

    @Test
    void aLossThatTheSinkDoesNotTakeIsNotToldAgainBeforeASecondHasPassed() {
        doesLostThrow = true;
        long before = System.nanoTime();
        deliver(1, "refused");
        doesLostThrow = false;
        tail.tellLossAgain(before + SECOND - 1);

        assertThat(calls).isEmpty();
    }

    @Test
    void aTailThatIsClosedTellsOfNothing() {
        doesLostThrow = true;
        deliver(1, "refused");
        doesLostThrow = false;
        assertThat(tail.isClosed()).isFalse();
        tail.close();
        assertThat(tail.isClosed()).isTrue();
        tail.tellLossAgain(System.nanoTime() + SECOND);
        tail.begins(new EventId(2, 0));
        deliver(3, "a");
        tail.before(kept(Kind.LAST));
        tail.before(kept(Kind.START));

        assertThat(calls).isEmpty();
    }

    @Test
    void aTailThatTheHubDoesNotNeedAnyMoreIsNotLoadedFurther() {
        tail.begins(new EventId(1, 0));
        tail.loaded(kept(2, "a"));
        isOver = true;

        assertThatExceptionOfType(CancellationException.class)
                .isThrownBy(() -> tail.loaded(kept(3, "a")))
                .withMessage("store: the tail is not needed any more");
        assertThat(calls).containsExactly("begins 1-0", "entry 2-0");
    }

    @Test
    void ofStatesBeforeTheHistoryOnlyEndsAndStartsAreTold() {
        for (Kind kind : Kind.values()) {
            tail.before(kept(kind));
        }

        assertThat(calls).containsExactly("started 7-0", "ended 7-0");
    }

    @Test
    void itsExceptionMakesNoLineOfTheLog() {
        assertThat(LogReader.logged(() -> deliver(1, "refused")))
                .contains("a\\nWARN forged")
                .doesNotContain("\nWARN forged");
    }

    @Test
    void anExceptionThatCannotBeReadEndsNothing() {
        thrownByEntry = new Unreadable();
        deliver(1, "refused");
        deliver(2, "a");

        assertThat(calls).containsExactly("lost 1-0", "entry 2-0");
    }
}
