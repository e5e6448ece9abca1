package dev.freshet.examples.faults;

import dev.freshet.codec.EventDecoder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The check of the whole stream of one client, over all its connections: each event once, unchanged, in the order of its
 * topic and in the order of the ids; a {@code stream-reset} tells of a loss. Thread-safe.
 */
final class StreamCheck implements EventDecoder.Sink {
    /** The type of the event that ends a topic; its data is the topic. */
    static final String END = "end";

    // All guarded by this.
    private final Map<String, TopicCheck> topics = new LinkedHashMap<>();
    private int resets;
    private int altered;
    private int idsBack;
    private String lastId = "";

    StreamCheck(List<String> topics) {
        topics.forEach(topic -> this.topics.put(topic, new TopicCheck()));
    }

    @Override
    public synchronized void event(String type, String data, String id) {
        switch (type) {
            case "stream-open" -> {}
            case "stream-reset" -> {
                resets++;
                topics.values().forEach(TopicCheck::reset);
                lastId = "";
            }
            case END -> end(data);
            default -> numbered(data, id);
        }
    }

    private void end(String topic) {
        TopicCheck check = topics.get(topic);
        if (check == null) {
            altered++;
        } else {
            check.end();
        }
    }

    private void numbered(String data, String id) {
        TopicCheck check;
        NumberedEvent event;
        try {
            event = NumberedEvent.of(data);
            check = topics.get(event.topic());
        } catch (IllegalArgumentException e) {
            altered++;
            return;
        }
        if (check == null || !id.matches("[0-9]{1,18}-[0-9]{1,18}")) {
            altered++;
            return;
        }
        int faults = check.doubled() + check.disordered();
        check.received(event.number());
        if (check.doubled() + check.disordered() == faults) {
            if (!lastId.isEmpty() && compare(id, lastId) <= 0) {
                idsBack++;
            }
            lastId = id;
        }
    }

    /** Compares two ids of the form {@code millis-sequence}. */
    private static int compare(String a, String b) {
        String[] as = a.split("-", 2);
        String[] bs = b.split("-", 2);
        int millis = Long.compare(Long.parseLong(as[0]), Long.parseLong(bs[0]));
        return millis != 0 ? millis : Long.compare(Long.parseLong(as[1]), Long.parseLong(bs[1]));
    }

    synchronized boolean isAtEnd() {
        return topics.values().stream().allMatch(TopicCheck::hasEnded);
    }

    /** Returns how many events were received, those received again not counted. */
    synchronized int received() {
        return topics.values().stream().mapToInt(TopicCheck::received).sum();
    }

    /** Returns whether the client was told that it lost events. */
    synchronized boolean wasReset() {
        return resets > 0;
    }

    /** Returns what came of the stream. */
    synchronized ClientResult result(Map<String, PublishedEvents> published) {
        int lost = 0;
        int doubled = 0;
        int disordered = idsBack;
        for (Map.Entry<String, TopicCheck> topic : topics.entrySet()) {
            PublishedEvents events = published.get(topic.getKey());
            lost += events == null ? 0 : topic.getValue().lost(events.acknowledged());
            doubled += topic.getValue().doubled();
            disordered += topic.getValue().disordered();
        }
        return new ClientResult(received(), lost, doubled, disordered, altered, resets, isAtEnd());
    }
}
