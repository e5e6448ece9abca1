package dev.freshet.examples;

import dev.freshet.event.ResumeOutcome;
import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.log.TopicState;
import dev.freshet.netty.CloseReason;
import dev.freshet.netty.SseConnection;
import dev.freshet.netty.SseListener;
import java.util.List;
import java.util.TreeMap;

/**
 * Who is in each room of this process: a member is there while one of its streams is open. A stream follows the topic of
 * the room first, and then that of the member, which is {@code room/name}. Thread-safe.
 */
final class Presence implements SseListener {
    private final SseHub hub;
    private final TreeMap<String, Integer> streams = new TreeMap<>(); // by the topic of the member; guarded by this

    Presence(SseHub hub) {
        this.hub = hub;
    }

    /** Returns the names of the members of a room, in order. */
    synchronized List<String> of(String room) {
        String prefix = room + "/";
        return streams.tailMap(prefix).keySet().stream()
                .takeWhile(member -> member.startsWith(prefix))
                .map(member -> member.substring(prefix.length()))
                .toList();
    }

    @Override
    public void opened(SseConnection stream, ResumeOutcome outcome) {
        count(stream, 1);
        if (hub.state(stream.topics().get(1)) == TopicState.ENDED) { // kicked since it was let in
            stream.close();
        }
    }

    @Override
    public void closed(SseConnection stream, CloseReason reason) {
        count(stream, -1);
    }

    /** Publishes the first stream of a member and the end of its last, in the order in which they occur. */
    private synchronized void count(SseConnection stream, int more) {
        String room = stream.topics().get(0);
        String member = stream.topics().get(1);
        int count = streams.merge(member, more, Integer::sum);
        if (count == 0) {
            streams.remove(member);
        }
        if (count == Math.max(more, 0)) { // the first has opened, or the last has ended
            hub.publish(room, SseEvent.of(count == 0 ? "left" : "joined", member.substring(room.length() + 1)));
        }
    }
}
