package dev.freshet.examples;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/** The dashboard's page: a handful of files, read once, that ask for nothing from anywhere else. */
final class Page {

    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            + "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    private static final Map<String, String> FILES = Map.of(
            "index.html", "text/html;charset=utf-8",
            "style.css", "text/css;charset=utf-8",
            "dashboard.js", "text/javascript;charset=utf-8",
            "stream.js", "text/javascript;charset=utf-8",
            "charts.js", "text/javascript;charset=utf-8",
            "icon.svg", "image/svg+xml");

    private Page() {}

    /** Adds the page to the routes; its start is {@code /}. */
    static Routes addTo(Routes routes) {
        FILES.forEach((name, type) -> {
            Answer file = Answer.of(type, read(name))
                    .with("cache-control", "no-cache")
                    .with("content-security-policy", POLICY)
                    .with("x-content-type-options", "nosniff");
            routes.get(name.equals("index.html") ? "/" : "/" + name, call -> file);
        });
        return routes;
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
