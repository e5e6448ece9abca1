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
 * The body format of entries for many started topics: {@code millis:8 sequence:8 topic:2+n} for each, big-endian. The
 * two numbers are the start of the topic, and the name is in the format of {@link DataOutputStream#writeUTF}.
 * Stateless.
 */
final class LeasedTopics {
    /** A started topic in a body. */
    record Leased(String topic, EventId start) {}

    /** The size at which a body is full: about 500 topics with a UUID in their names. */
    private static final int MOST_BYTES = 32 << 10;

    private LeasedTopics() {}

    /** Returns the entries for all topics, as few as possible. */
    static List<LogEntry> entries(LogEntry.Kind kind, Collection<DueTopics.Open> topics) {
        List<LogEntry> entries = new ArrayList<>();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            for (DueTopics.Open each : topics) {
                out.writeLong(each.start.millis());
                out.writeLong(each.start.sequence());
                out.writeUTF(each.topic);
                if (bytes.size() >= MOST_BYTES) {
                    entries.add(new LogEntry(kind, "", bytes.toByteArray(), null));
                    bytes.reset();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory throws none
        }
        if (bytes.size() > 0) {
            entries.add(new LogEntry(kind, "", bytes.toByteArray(), null));
        }
        return entries;
    }

    /**
     * Reads the topics of a body.
     *
     * @throws IOException if the body does not have this format
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
