package dev.freshet.examples.conformance.check;

import dev.freshet.examples.conformance.wire.Head;
import java.io.IOException;

/** The checks of a server that lets pages of other origins read its streams. */
final class CorsChecks {

    private static final String ORIGIN = "https://conformance.example";
    private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";
    private static final String ALLOW_CREDENTIALS = "Access-Control-Allow-Credentials";
    private static final String ALLOW_HEADERS = "Access-Control-Allow-Headers";

    private CorsChecks() {}

    private static Head asked(Server server) throws IOException {
        return server.headOf("GET", "Origin: " + ORIGIN);
    }

    private static Finding none() {
        return Finding.notRun("a page of " + ORIGIN + " may not read it: no " + ALLOW_ORIGIN);
    }

    static Finding origin(Server server) throws IOException {
        Head head = asked(server);
        String allowed = head.field(ALLOW_ORIGIN);
        return allowed == null
                ? none()
                : Finding.of(
                        allowed.equals("*") || allowed.equals(ORIGIN),
                        head.told(ALLOW_ORIGIN),
                        "* or the one origin that asks, " + ORIGIN);
    }

    static Finding credentials(Server server) throws IOException {
        Head head = asked(server);
        String allowed = head.field(ALLOW_ORIGIN);
        if (allowed == null) {
            return none();
        }
        boolean isGood = !allowed.equals("*") || head.field(ALLOW_CREDENTIALS) == null;
        return Finding.of(
                isGood,
                head.told(ALLOW_ORIGIN) + ", " + head.told(ALLOW_CREDENTIALS),
                "no * with credentials: browsers refuse it");
    }

    static Finding vary(Server server) throws IOException {
        Head head = asked(server);
        String allowed = head.field(ALLOW_ORIGIN);
        if (allowed == null) {
            return none();
        }
        return Finding.of(
                allowed.equals("*") || head.lists("Vary", "Origin") || head.lists("Vary", "*"),
                allowed.equals("*") ? "the same for every origin" : head.told("Vary"),
                "Vary: Origin, as the answer depends on it");
    }

    static Finding preflight(Server server) throws IOException {
        if (asked(server).field(ALLOW_ORIGIN) == null) {
            return none();
        }
        Head head = server.headOf(
                "OPTIONS",
                "Origin: " + ORIGIN,
                "Access-Control-Request-Method: GET",
                "Access-Control-Request-Headers: last-event-id");
        boolean isGood = head.status() / 100 == 2
                && head.field(ALLOW_ORIGIN) != null
                && (head.lists(ALLOW_HEADERS, "last-event-id") || head.lists(ALLOW_HEADERS, "*"));
        return Finding.of(
                isGood,
                "status " + head.status() + ", " + head.told(ALLOW_HEADERS),
                "a status of success, and Last-Event-ID among the allowed");
    }
}
