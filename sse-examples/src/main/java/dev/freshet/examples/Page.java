package dev.freshet.examples;

import dev.freshet.netty.SseEndpoint;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/** The pages of the examples: each is a few files, read once, which load nothing from other origins. */
final class Page {

    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            + "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html;charset=utf-8",
            "css", "text/css;charset=utf-8",
            "js", "text/javascript;charset=utf-8",
            "svg", "image/svg+xml");

    private Page() {}

    /** Adds the dashboard's page to a server, at {@code /}. */
    static SseServer.Builder dashboard(SseServer.Builder server) {
        return add(server, "index.html", "dashboard.js", "stream.js", "shared.js", "worker.js", "charts.js");
    }

    /** Adds the chat's page to a server, at {@code /}. */
    static SseServer.Builder chat(SseServer.Builder server) {
        return add(server, "chat.html", "chat.css", "chat.js", "events.js");
    }

    /** Adds the page of the prices to a server, at {@code /}. */
    static SseServer.Builder prices(SseServer.Builder server) {
        return add(server, "prices.html", "prices.css", "prices.js");
    }

    /** Adds the page of the rooms to a server, at {@code /}. */
    static SseServer.Builder rooms(SseServer.Builder server) {
        return add(server, "rooms.html", "rooms.css", "rooms.js");
    }

    private static SseServer.Builder add(SseServer.Builder server, String start, String... others) {
        for (String name : others) {
            server.endpoint("/" + name, file(name));
        }
        return server.endpoint("/", file(start))
                .endpoint("/style.css", file("style.css"))
                .endpoint("/icon.svg", file("icon.svg"));
    }

    private static SseEndpoint file(String name) {
        String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        SseReply file = SseReply.answer(200, String.valueOf(type), read("page/" + name))
                .header("Cache-Control", "no-cache")
                .header("Content-Security-Policy", POLICY);
        return request -> file;
    }

    /** Reads a resource. */
    static byte[] read(String name) {
        try (InputStream in = Page.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + ": not among the resources");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
