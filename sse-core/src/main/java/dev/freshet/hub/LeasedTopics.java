package dev.freshet.hub;

import dev.freshet.event.EventId;
import dev.freshet.log.LogEntry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Started topics as the body of an entry that is of many: {@code millis:8 sequence:8 topic:2+n} of each, big-endian, where the two
 * are its start and the name is as of {@link DataOutputStream#writeUTF}.
 */
final class LeasedTopics {
    /** One of them. */
    record Leased(String topic, EventId start) {}

    /** About 500 topics whose names have a UUID: an entry is to be no burden on whoever keeps it. */
    private static final int MOST_BYTES = 32 << 10;

    private LeasedTopics() {}

    /** Of all, in as few as hold them. */
    static List<LogEntry> entries(LogEntry.Kind kind, Collection<OpenTopics.Open> topics) {
        List<LogEntry> entries = new ArrayList<>();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            for (OpenTopics.Open each : topics) {
                out.writeLong(each.start.millis());
                out.writeLong(each.start.sequence());
                out.writeUTF(each.topic);
                if (bytes.size() >= MOST_BYTES) {
                    entries.add(new LogEntry(kind, "", bytes.toByteArray(), null));
                    bytes.reset();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory has none
        }
        if (bytes.size() > 0) {
            entries.add(new LogEntry(kind, "", bytes.toByteArray(), null));
        }
        return entries;
    }

    /**
     * Reads them.
     *
     * @throws IOException if that is not what was written
     */
    static List<Leased> read(byte[] body) throws IOException {
        List<Leased> topics = new ArrayList<>();
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(body));
        while (in.available() > 0) {
            long millis = in.readLong();
            long sequence = in.readLong();
            String topic = in.readUTF();
            if (millis < 0 || sequence < 0 || topic.isEmpty() || topic.length() > Entries.LONGEST_TOPIC) {
                throw new IOException(
                        "topic: " + topic.length() + " characters, started at " + millis + "-" + sequence);
            }
            topics.add(new Leased(topic, new EventId(millis, sequence)));
        }
        return topics;
    }
}
