package dev.freshet.examples.snippets;

import dev.freshet.event.SseEvent;
import dev.freshet.examples.snippets.Application.Tick;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseServer;

/** What the guide to migration has in place of a list of clients. */
final class Migration {
    private Migration() {}

    static SseServer.Builder serve(SseHub hub) {
        return SseServer.builder().endpoint("/prices", request -> SseReply.subscribe(hub, "prices"));
    }

    static void changed(SseHub hub, Tick tick) {
        hub.publish("prices", SseEvent.json("tick", tick));
    }
}
