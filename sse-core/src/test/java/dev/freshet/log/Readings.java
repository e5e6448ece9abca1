package dev.freshet.log;

import dev.freshet.codec.EventDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What tests read from cursors, decoded as a client would. */
public final class Readings {
    private Readings() {}

    /** One event as a client sees it. */
    public record Read(String id, String data) {}

    /** The events of one batch. */
    public static List<Read> events(Batch batch) {
        List<Read> events = new ArrayList<>();
        new EventDecoder((type, data, id) -> events.add(new Read(id, data)))
                .feed(batch.bytes().duplicate());
        return events;
    }

    /** Every event up to the end of what there is, however it ends. */
    public static List<Read> readOn(Cursor cursor) {
        List<Read> events = new ArrayList<>();
        Batch batch = cursor.next(Integer.MAX_VALUE, null);
        while (batch.events() > 0) {
            events.addAll(events(batch));
            batch = cursor.next(Integer.MAX_VALUE, null);
        }
        return events;
    }

    /** The data of every event up to the end of what there is. */
    public static List<String> dataOn(Cursor cursor) {
        return readOn(cursor).stream().map(Read::data).toList();
    }

    /** An event with nothing but data, encoded as the log takes it. */
    static byte[] body(String data) {
        return ("data: " + data + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
