package dev.freshet.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.freshet.event.EventId;
import dev.freshet.fixtures.LogReader;
import dev.freshet.store.StoredEntry.Kind;
import java.util.ArrayList;
import java.util.List;
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

    private final List<String> calls = new ArrayList<>();
    private RuntimeException thrownByEntry = new RuntimeException("a\nWARN forged");
    private boolean doesLostThrow;

    private final FileTail tail = new FileTail(new EventStore.Sink() {
        @Override
        public void begins(EventId floor) {}

        @Override
        public void entry(EventId id, long time, StoredEntry entry) {
            if (entry.topic().equals("refused")) {
                throw thrownByEntry;
            }
            calls.add("entry " + id);
        }

        @Override
        public void lost(EventId floor) {
            if (doesLostThrow) {
                throw new IllegalStateException("not now");
            }
            calls.add("lost " + floor);
        }
    });

    private void deliver(long millis, String topic) {
        StoredEntry entry = new StoredEntry(Kind.EVENT, topic, new byte[0], null, null);
        tail.entry(new EventId(millis, 0), millis, entry);
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
    void nothingIsDeliveredAboveALossThatTheSinkDoesNotTake() {
        doesLostThrow = true;
        deliver(1, "refused");
        deliver(2, "a");
        doesLostThrow = false;
        deliver(3, "a");

        assertThat(calls).containsExactly("lost 2-0", "entry 3-0");
    }

    @Test
    void aTailThatHasLoadedHasReportedEachLoss() {
        doesLostThrow = true;
        deliver(1, "refused");

        assertThatIllegalStateException()
                .isThrownBy(tail::requireLossReported)
                .withMessage("store: the sink failed to accept the loss up to 1-0");
        doesLostThrow = false;
        tail.requireLossReported();
        assertThat(calls).containsExactly("lost 1-0");
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
