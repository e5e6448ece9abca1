package dev.freshet.examples;

import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.log.TopicState;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseRequest;
import dev.freshet.netty.SseServer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page with rooms. A stream follows the topic of its room and that of its member. A message is one event for all in the
 * room, also for its sender, who is named in it.
 */
final class Rooms extends Program {
    private static final String PATH = "/api/rooms/{room}";
    private static final int LONGEST = 500;

    private final SseHub hub = SseHub.create();
    private final Presence presence = new Presence(hub);

    /**
     * Starts the rooms.
     *
     * @param builder where and how to listen
     * @throws java.io.UncheckedIOException if the port cannot be bound
     */
    static Rooms start(SseServer.Builder builder) {
        Rooms rooms = new Rooms();
        rooms.listen(Page.rooms(builder)
                .origins()
                .listener(rooms.presence)
                .endpoint(PATH, Requests.checked(rooms::enter))
                .endpoint("POST", PATH, Requests.checked(rooms::say))
                .endpoint("DELETE", PATH + "/{name}", Requests.checked(rooms::kick)));
        return rooms;
    }

    private SseReply enter(SseRequest request) {
        String room = room(request);
        String member = room + "/" + name(Requests.only(request, "name")); // in a service, that of the login
        return isKicked(member)
                ? SseReply.stop()
                : SseReply.subscribe(hub, room, member)
                        .snapshot(() -> List.of(SseEvent.json("members", presence.of(room))));
    }

    private SseReply say(SseRequest request) {
        String name = name(Requests.only(request, "name"));
        SseEvent message = SseEvent.json("message", new Message(name, Requests.text(request, "message", LONGEST)));
        return isKicked(room(request) + "/" + name)
                ? SseReply.refuse(403, "name: " + name + " was kicked")
                : Requests.kept(hub.publish(room(request), message), Requests::id);
    }

    /** Ends the topic of a member, which the hub remembers for an hour, and its streams, which follow the room, too. */
    private SseReply kick(SseRequest request) {
        String name = name(request.pathParameter("name"));
        String member = room(request) + "/" + name;
        return !presence.of(room(request)).contains(name)
                ? SseReply.refuse(404, "name: " + name + " is not in the room")
                : Requests.kept(hub.complete(member, SseEvent.of("kicked", name)), end -> {
                    server().connections().close(stream -> stream.topics().contains(member));
                    return SseReply.answer(204);
                });
    }

    private boolean isKicked(String member) {
        return hub.state(member) == TopicState.ENDED;
    }

    private static String room(SseRequest request) {
        return "rooms/" + name(request.pathParameter("room"));
    }

    private static String name(@Nullable String name) {
        if (name == null || !name.matches("[\\p{L}\\p{N}_-]{1,32}")) {
            throw new IllegalArgumentException("room, name: malformed (expected: 1 to 32 letters, digits, _ or -)");
        }
        return name;
    }

    @Override
    void end() {
        hub.close();
    }

    /** What a member says to its room. */
    record Message(String from, String text) {}
}
