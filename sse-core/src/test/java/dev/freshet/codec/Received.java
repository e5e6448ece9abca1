package dev.freshet.codec;

import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.ReferenceParser.Event;
import dev.freshet.fixtures.ReferenceParser.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a client receives of events that were encoded one after the other. */
final class Received {
    private Received() {}

    static Result of(List<SseEvent> sent) {
        List<Event> events = new ArrayList<>();
        List<Duration> retries = new ArrayList<>();
        List<String> comments = new ArrayList<>();
        String lastEventId = "";
        for (SseEvent event : sent) {
            String id = event.id();
            lastEventId = id == null ? lastEventId : text(id);
            String data = event.data();
            String type = event.type();
            if (data != null) {
                String seen = type == null || type.isEmpty() ? "message" : text(type);
                events.add(new Event(seen, text(data), lastEventId));
            }
            if (event.retry() != null) {
                retries.add(event.retry());
            }
            if (event.comment() != null) {
                comments.addAll(List.of(text(event.comment()).split("\n", -1)));
            }
        }
        return new Result(events, retries, comments, lastEventId);
    }

    /** Returns a text whose line breaks are LF and whose lone surrogates are replaced. */
    private static String text(String sent) {
        StringBuilder received = new StringBuilder();
        sent.replace("\r\n", "\n")
                .replace('\r', '\n')
                .codePoints()
                .forEach(c -> received.appendCodePoint(
                        c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c));
        return received.toString();
    }
}
