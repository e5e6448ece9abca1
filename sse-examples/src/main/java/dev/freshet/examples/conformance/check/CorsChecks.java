package dev.freshet.examples.conformance.check;

import dev.freshet.examples.conformance.wire.Head;
import java.io.IOException;
import java.util.Objects;
import java.util.regex.Pattern;

/** The checks of a server that lets pages of other origins read its streams. */
final class CorsChecks {

    private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";
    private static final String ALLOW_CREDENTIALS = "Access-Control-Allow-Credentials";
    private static final String ALLOW_HEADERS = "Access-Control-Allow-Headers";

    private static final Pattern SERIALIZED = Pattern.compile("null|" + Expectations.ORIGIN);

    private CorsChecks() {}

    private static Head asked(Server server) throws IOException {
        return server.headOf("GET", "Origin: " + originOf(server));
    }

    private static String originOf(Server server) {
        return server.expectations().origin();
    }

    private static Finding none(Server server) {
        return Finding.notRun("a page of " + originOf(server) + " may not read it: no " + ALLOW_ORIGIN);
    }

    private static Finding other(String allowed) {
        return Finding.notRun("allowed for " + Finding.quoted(allowed) + " (see --origin)");
    }

    private static boolean isAllowed(Server server, String allowed) {
        return allowed.equals("*") || allowed.equals(originOf(server));
    }

    /** A server may always name the one origin that it allows, whoever asks. */
    static Finding origin(Server server) throws IOException {
        Head head = asked(server);
        String allowed = head.field(ALLOW_ORIGIN);
        if (allowed == null) {
            return none(server);
        }
        if (!isAllowed(server, allowed) && SERIALIZED.matcher(allowed).matches()) {
            return other(allowed);
        }
        return Finding.of(isAllowed(server, allowed), head.told(ALLOW_ORIGIN), "* or one origin");
    }

    static Finding credentials(Server server) throws IOException {
        Head head = asked(server);
        String allowed = head.field(ALLOW_ORIGIN);
        if (allowed == null) {
            return none(server);
        }
        boolean isGood = !allowed.equals("*") || !"true".equals(head.field(ALLOW_CREDENTIALS));
        return Finding.of(
                isGood,
                head.told(ALLOW_ORIGIN) + ", " + head.told(ALLOW_CREDENTIALS),
                "no * with credentials: browsers refuse it");
    }

    static Finding vary(Server server) throws IOException {
        Head head = asked(server);
        String allowed = head.field(ALLOW_ORIGIN);
        if (allowed == null) {
            return none(server);
        }
        Head withoutOrigin = server.headOf("GET");
        if (Objects.equals(allowed, withoutOrigin.field(ALLOW_ORIGIN))) {
            return Finding.good("the same with and without Origin");
        }
        return Finding.of(
                varies(head) && varies(withoutOrigin),
                head.told("Vary") + " with Origin, " + withoutOrigin.told("Vary") + " without",
                "Vary: Origin in both, as " + ALLOW_ORIGIN + " depends on it");
    }

    private static boolean varies(Head head) {
        return head.lists("Vary", "Origin") || head.lists("Vary", "*");
    }

    static Finding preflight(Server server) throws IOException {
        String allowed = asked(server).field(ALLOW_ORIGIN);
        if (allowed == null) {
            return none(server);
        }
        if (!isAllowed(server, allowed)) {
            return other(allowed);
        }
        Head head = server.bareHeadOf(
                "OPTIONS",
                "Origin: " + originOf(server),
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
