package dev.freshet.examples.snippets;

import dev.freshet.event.SseEvent;
import dev.freshet.examples.snippets.Application.User;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.SseEndpoint;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseServer;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The guide to endpoints, of what each user receives alone. */
final class NotificationSnippets {
    /** What a user is told. */
    record Notification(String text) {}

    interface Sessions {
        /** Returns the user of a session, which may take a query; null for none. */
        @Nullable
        User userOf(@Nullable String session);

        /** Ends a session, and returns when that is done. */
        void end(String session);
    }

    private NotificationSnippets() {}

    static void serve(SseServer.Builder server, SseHub hub, Sessions sessions, Executor executor) {
        server.endpoint("/notifications", SseEndpoint.blocking(executor, request -> {
            User user = sessions.userOf(request.cookie("session")); // may block, as a query does
            return user == null
                    ? SseReply.refuse(401)
                    : SseReply.subscribe(hub, "users/" + user.name())
                            .key(user.name())
                            .attribute("user", user.name()) // to find its streams by
                            .expiresAt(user.expiry());
        }));
    }

    static void logOut(SseServer server, Sessions sessions, String session, String name) {
        sessions.end(session); // first: from now on the endpoint answers it 401
        server.connections().abort(stream -> name.equals(stream.attribute("user")));
    }

    static void tell(SseHub hub, String name, Notification notification) {
        hub.publish("users/" + name, SseEvent.json("notification", notification));
    }
}
