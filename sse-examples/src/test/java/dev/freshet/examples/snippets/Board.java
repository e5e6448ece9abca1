package dev.freshet.examples.snippets;

import dev.freshet.event.SseEvent;
import dev.freshet.examples.snippets.Application.Tick;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A state whose changes are published. Thread-safe. */
final class Board {
    private final SseHub hub;
    private final Map<String, Tick> ticks = new ConcurrentHashMap<>();

    Board(SseHub hub) {
        this.hub = hub;
    }

    synchronized void set(Tick tick) { // one change at a time
        ticks.put(tick.symbol(), tick); // the state first
        hub.publish("prices", SseEvent.json("tick", tick)); // then its change: the new price, not a difference
    }

    List<Tick> now() {
        return List.copyOf(ticks.values());
    }

    SseReply follow(SseRequest request) {
        return SseReply.subscribe(hub, "prices").snapshot(() -> List.of(SseEvent.json("ticks", now())));
    }
}
