package dev.freshet.examples;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.function.Function;

/** The examples' pages: each a handful of files, read once, that ask for nothing from anywhere else. */
final class Page {

    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            + "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html;charset=utf-8",
            "css", "text/css;charset=utf-8",
            "js", "text/javascript;charset=utf-8",
            "svg", "image/svg+xml");

    private Page() {}

    /** Adds the dashboard's page to the routes; its start is {@code /}. */
    static Routes dashboard(Routes routes) {
        return add(
                routes,
                "index.html",
                "style.css",
                "dashboard.js",
                "stream.js",
                "shared.js",
                "worker.js",
                "charts.js",
                "icon.svg");
    }

    /** Adds the chat's page to the routes; its start is {@code /}. */
    static Routes chat(Routes routes) {
        return add(routes, "chat.html", "style.css", "chat.css", "chat.js", "events.js", "icon.svg");
    }

    private static Routes add(Routes routes, String start, String... others) {
        routes.get("/", file(start));
        for (String name : others) {
            routes.get("/" + name, file(name));
        }
        return routes;
    }

    private static Function<Call, Answer> file(String name) {
        String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        Answer file = Answer.of(String.valueOf(type), read(name))
                .with("cache-control", "no-cache")
                .with("content-security-policy", POLICY)
                .with("x-content-type-options", "nosniff");
        return call -> file;
    }

    private static byte[] read(String name) {
        try (InputStream in = Page.class.getResourceAsStream("page/" + name)) {
            if (in == null) {
                throw new IllegalStateException("page/" + name + ": not among the resources");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
