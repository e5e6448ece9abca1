package dev.freshet.store.table;

import dev.freshet.event.EventId;
import dev.freshet.store.StoredEntry;
import java.util.List;

/** The statements of a {@link TableEventStore}, which block. Thread-safe. */
interface EventTable {
    /** A row; the id is its number with the incarnation in force. */
    record Row(EventId id, long time, StoredEntry entry) {}

    /** Inserts a row with the next number and commits, or finds the row that has the key. */
    EventId insert(StoredEntry entry, String key);

    /** Selects the first rows after a number, in order: at least one if there is any, at most so many, and fewer where they are large. */
    List<Row> after(long number, int most);

    /** Returns the id of the newest row, also if it is deleted; of the number 0 before the first. */
    EventId newest();

    /** Returns the id of the newest row that was deleted; of the number 0 before the first. */
    EventId floor();
}
