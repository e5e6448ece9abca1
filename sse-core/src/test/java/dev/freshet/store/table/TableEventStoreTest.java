package dev.freshet.store.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.EventId;
import dev.freshet.store.EventStore;
import dev.freshet.store.EventStoreContract;
import dev.freshet.store.EventStoreException;
import dev.freshet.store.Notes;
import dev.freshet.store.StoredEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The store of the guide on writing one, held to the contract, and what the guide shows of it. */
class TableEventStoreTest extends EventStoreContract {
    private static final Path GUIDE = Path.of("..", ".github", "guides", "writing-a-store.md");
    private static final Path SOURCES = Path.of("src", "test", "java", "dev", "freshet", "store", "table");

    private final MemoryTable table = new MemoryTable();
    private final TableEventStore store = new TableEventStore(table);

    /** A table as a database would have it. Thread-safe. */
    private static final class MemoryTable implements EventTable {
        private static final long JUMP = 1_000_000;

        // Guarded by this.
        private final List<Row> rows = new ArrayList<>();
        private final Map<String, EventId> ids = new HashMap<>();
        private EventId last = new EventId(0, 5);
        private EventId floor = last;
        private boolean isFull;

        @Override
        public synchronized EventId insert(StoredEntry entry, String key) {
            if (isFull) {
                throw new EventStoreException("table: full", null, true);
            }
            EventId earlier = ids.get(key);
            if (earlier != null) {
                return earlier;
            }
            last = new EventId(last.millis() + 1, last.sequence());
            rows.add(new Row(last, System.currentTimeMillis(), entry));
            ids.put(key, last);
            return last;
        }

        @Override
        public synchronized List<Row> after(long number, int most) {
            return rows.stream()
                    .filter(row -> row.id().millis() > number)
                    .limit(most)
                    .toList();
        }

        @Override
        public synchronized EventId newest() {
            return last;
        }

        @Override
        public synchronized EventId floor() {
            return floor;
        }

        synchronized void fill(boolean full) {
            isFull = full;
        }

        /** Inserts a row that no tail reads before it is deleted. */
        synchronized EventId insertAndDelete(StoredEntry entry) {
            EventId id = insert(entry, "a key of its own");
            deleteAll();
            return id;
        }

        synchronized void deleteAll() {
            rows.clear();
            ids.clear();
            floor = last;
        }

        /** Restores a backup without the newest row, and begins another incarnation. */
        synchronized void restore() {
            rows.remove(rows.size() - 1);
            last = new EventId(last.millis() + JUMP, last.sequence() + 1);
        }
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Override
    protected EventStore store() {
        return store;
    }

    @Override
    protected void trim() {
        table.deleteAll();
    }

    @Override
    protected AutoCloseable refusing() {
        table.fill(true);
        return () -> table.fill(false);
    }

    @Test
    void aRestoredTableIsALossAtOnePlaceForWhoeverReadsIt() throws Exception {
        Notes before = new Notes();
        Notes later = new Notes();
        try (EventStore.Tail first = tail(store, before)) {
            append(store, event("a", "kept"));
            EventId gone = append(store, event("a", "gone"));
            before.until(gone);
            table.restore();
            EventId next = append(store, event("a", "next"));
            before.until(next);
            try (EventStore.Tail second = tail(store, later)) {
                later.until(next);
            }
            EventId floor = before.floors().get(1);
            assertThat(floor)
                    .isGreaterThan(gone)
                    .isLessThan(next)
                    .isEqualTo(later.floors().get(1));
            assertThat((int) floor.sequence()).isEqualTo((int) next.sequence()).isNotEqualTo((int) gone.sequence());
        }
    }

    @Test
    void rowsThatAreDeletedUnreadAreALossThoughNoneFollows() throws Exception {
        CompletableFuture<EventId> lost = new CompletableFuture<>();
        Notes notes = new Notes() {
            @Override
            public void lost(EventId floor) {
                lost.complete(floor);
            }
        };
        try (EventStore.Tail tail = tail(store, notes)) {
            EventId gone = table.insertAndDelete(event("a", "gone"));

            assertThat(lost.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(gone);
        }
    }

    @Test
    void aTailHasBegunAfterWhatWasKeptAtTheCallThoughMoreIsAppendedWithEachEntry() throws Exception {
        append(store, event("a", "kept"));
        Notes notes = new Notes() {
            @Override
            public void entry(EventId id, long time, StoredEntry entry) {
                table.insert(event("a", "more"), id.toString());
            }
        };

        tail(store, notes).close();
    }

    @Test
    void anEntryOverWhichTheSinkFailsIsALoss() throws Exception {
        CompletableFuture<EventId> lost = new CompletableFuture<>();
        Notes notes = new Notes() {
            @Override
            public void entry(EventId id, long time, StoredEntry entry) {
                throw new AssertionError("no room");
            }

            @Override
            public void lost(EventId floor) {
                lost.complete(floor);
            }
        };
        try (EventStore.Tail tail = tail(store, notes)) {
            EventId id = append(store, event("a", "1"));

            assertThat(lost.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(id);
        }
    }

    @Test
    void anInsertThatFailsIsAProblemUntilOneSucceeds() throws Exception {
        table.fill(true);
        assertThatThrownBy(() -> append(store, event("a", "1"))).cause().hasMessage("table: full");
        assertThat(store.stats().problem()).isEqualTo("store: not appended: table: full");
        table.fill(false);
        append(store, event("a", "2"));

        assertThat(store.stats().problem()).isNull();
    }

    @Test
    void aTailThatIsOverLeavesNoProblem() {
        CompletableFuture<EventStore.Tail> begun = store.tail(new Notes() {
                    @Override
                    public boolean isOver() {
                        return true;
                    }
                })
                .toCompletableFuture();

        assertThatThrownBy(begun::get).hasRootCauseInstanceOf(CancellationException.class);
        assertThat(store.stats().problem()).isNull();
    }

    @Test
    void oneThatIsClosedSaysSo() {
        store.close();

        assertClosed(store);
        assertThat(store.tail(new Notes()).toCompletableFuture()).isCompletedExceptionally();
        assertThat(store.stats().problem()).isEqualTo("store: closed");
    }

    @Test
    void theGuideShowsTheCodeAsItStands() throws IOException {
        List<MatchResult> shown = Pattern.compile("(?ms)^```java\\n// (\\w+\\.java)\\n(.*?)^```$")
                .matcher(Files.readString(GUIDE))
                .results()
                .toList();
        assertThat(shown).hasSize(3);
        for (MatchResult block : shown) {
            assertThat(unindented(Files.readString(SOURCES.resolve(block.group(1)))))
                    .contains(unindented(block.group(2)));
        }
    }

    private static String unindented(String lines) {
        return lines.replaceAll("\\s+", "");
    }
}
