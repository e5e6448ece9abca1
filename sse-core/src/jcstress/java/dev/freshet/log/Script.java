package dev.freshet.log;

import dev.freshet.event.EventId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A hub's logs whose events are numbered from 1 on, and what a reader made of them as a line of signs: the numbers in
 * the order in which they were read, {@code L} for lagged out, {@code C} for closed, {@code E} for the end, {@code X} for bytes that are no
 * event. Published to by one thread at a time.
 */
final class Script {
    private static final int SEGMENT_BYTES = 1 << 10;
    private static final Instant NOW = Instant.EPOCH.plusSeconds(1);
    private static final int EVENTS = 5;

    private final HubLog log;
    private final byte[][] bodies = new byte[EVENTS][];
    private final EventId[] ids = new EventId[EVENTS];
    private final EndPosition end = new EndPosition();
    private int published;

    private Script(long maxBytes, int bodyBytes) {
        this(Retention.builder().maxBytes(maxBytes).hubBytes(1 << 20).build(), bodyBytes);
    }

    private Script(Retention retention, int bodyBytes) {
        EventId base = new EventId(0, 0);
        log = new HubLog(retention, InstantSource.fixed(NOW), base);
        for (int i = 0; i < EVENTS; i++) {
            ids[i] = (i == 0 ? base : ids[i - 1]).next(NOW.toEpochMilli());
            bodies[i] = (Integer.toString(i + 1).repeat(bodyBytes - 1) + "\n").getBytes(StandardCharsets.US_ASCII);
        }
    }

    /** All events fit into one segment. */
    static Script keeping() {
        return new Script(8 * SEGMENT_BYTES, 100);
    }

    /** Each event has a segment of its own, and evicts the one before. */
    static Script evicting() {
        return new Script(SEGMENT_BYTES, 600);
    }

    /** As {@link #evicting}, of topics that keep nothing to resume from. */
    static Script fleeting() {
        return new Script(new Retention(0, SEGMENT_BYTES, Duration.ofSeconds(1), 1 << 20), 600);
    }

    /** Publishes an event before the writer and the reader begin. */
    Script with(String topic) {
        publish(topic);
        return this;
    }

    void publish(String topic) {
        log.append(topic, bodies[published++], null);
    }

    /** Publishes the last event of a topic. */
    void complete(String topic) {
        log.write(new LogEntry(LogEntry.Kind.LAST, topic, bodies[published++], null));
    }

    /** Ends a reader at the newest event, while it reads and others publish. */
    void end(Cursor cursor) {
        cursor.endAt(end);
        log.fix(end);
    }

    /** Returns {@code exact} if everything up to the reader's {@link #end} was read, and nothing after it. */
    String judge(String read, int from) {
        StringBuilder due = new StringBuilder();
        for (int i = from; i <= EVENTS && ids[i - 1].compareTo(end.upTo()) <= 0; i++) {
            due.append(i);
        }
        String events = read.replace("E", "");
        return !events.contentEquals(due) ? events + " for " + due : read.endsWith("E") ? "exact" : "endless";
    }

    void close() {
        log.close();
    }

    /** A reader before everything. */
    ScriptReader reader(String... topics) {
        return new ScriptReader(
                this,
                log.open(List.of(topics), StartRequest.latest().lastEventId("earliest"))
                        .cursor());
    }

    /** A reader behind everything. */
    ScriptReader readerAtEnd(String... topics) {
        return new ScriptReader(this, openAtEnd(topics));
    }

    /** The state as it stands now. */
    Snapshot snapshot() {
        return log.snapshots().keep(log.latest(), 0, 1 << 20, List.of(bodies[0]), null);
    }

    /** A cursor behind a snapshot, or null where the log has not all that came after it. */
    @Nullable
    Cursor openBehind(Snapshot snapshot, String... topics) {
        Start start = log.snapshots().open(List.of(topics), StartRequest.latest(), snapshot);
        return start == null ? null : start.cursor();
    }

    /** A cursor behind everything. */
    Cursor openAtEnd(String... topics) {
        return log.open(List.of(topics), StartRequest.latest()).cursor();
    }

    /** Reads on until there is nothing to read. */
    String read(Cursor cursor) {
        StringBuilder seen = new StringBuilder();
        while (true) {
            Batch batch = cursor.next(64 << 10, null);
            if (batch.events() == 0) {
                return seen.append(sign(batch)).toString();
            }
            ByteBuffer bytes = batch.bytes().duplicate();
            while (bytes.hasRemaining()) {
                seen.append(take(bytes));
            }
        }
    }

    private static String sign(Batch nothing) {
        return nothing == Batch.LAGGED_OUT ? "L" : nothing == Batch.CLOSED ? "C" : nothing == Batch.ENDED ? "E" : "";
    }

    private String take(ByteBuffer bytes) {
        for (int i = 0; i < EVENTS; i++) {
            byte[] ending = ("id: " + ids[i] + "\n\n").getBytes(StandardCharsets.US_ASCII);
            if (startsWith(bytes, 0, bodies[i]) && startsWith(bytes, bodies[i].length, ending)) {
                bytes.position(bytes.position() + bodies[i].length + ending.length);
                return Integer.toString(i + 1);
            }
        }
        bytes.position(bytes.limit());
        return "X";
    }

    private static boolean startsWith(ByteBuffer bytes, int from, byte[] expected) {
        return bytes.remaining() >= from + expected.length
                && bytes.slice(bytes.position() + from, expected.length).equals(ByteBuffer.wrap(expected));
    }
}
