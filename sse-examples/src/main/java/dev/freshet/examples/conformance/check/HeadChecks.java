package dev.freshet.examples.conformance.check;

import dev.freshet.examples.conformance.wire.Connection;
import dev.freshet.examples.conformance.wire.Head;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Pattern;

/** The checks of the head of a stream. */
final class HeadChecks {

    private static final DateTimeFormatter IMF_FIXDATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US);

    private static final Pattern WRONG_CHARSET = Pattern.compile("charset\\s*=\\s*(?!(utf-8|\"utf-8\")$).*");

    private HeadChecks() {}

    static Finding status(Server server) throws IOException {
        try {
            int status = server.headOf("GET").status();
            return Finding.of(status == 200, "status " + status, "status 200");
        } catch (SocketTimeoutException e) {
            if (server.canPublish()) {
                throw e;
            }
            return Finding.notRun(
                    "no head within " + Finding.seconds(server.timeout()) + ", and no --publish to bring an event");
        }
    }

    static Finding contentType(Server server) throws IOException {
        Head head = server.headOf("GET");
        return Finding.of(
                isEventStream(head.lower("Content-Type")),
                head.told("Content-Type"),
                "text/event-stream, with no charset but utf-8");
    }

    /** What parameters there are beside a charset is not judged. */
    private static boolean isEventStream(String type) {
        String[] parts = type.split(";");
        boolean isGood = parts[0].strip().equals("text/event-stream");
        for (int i = 1; i < parts.length; i++) {
            isGood &= !WRONG_CHARSET.matcher(parts[i].strip()).matches();
        }
        return isGood;
    }

    static Finding atOnce(Server server) throws IOException {
        try (Connection connection = server.ask("GET")) {
            int status = connection.head().status();
            return status == 200 ? Finding.good("before any event") : Finding.notRun("status " + status);
        } catch (SocketTimeoutException e) {
            return Finding.bad("no head within " + Finding.seconds(server.timeout()), "a head before the first event");
        }
    }

    static Finding noCoding(Server server) throws IOException {
        Head head = server.headOf("GET");
        return Finding.of(
                head.field("Content-Encoding") == null
                        || head.lower("Content-Encoding").equals("identity"),
                head.told("Content-Encoding"),
                "no coding, for Accept-Encoding: identity");
    }

    static Finding caching(Server server) throws IOException {
        Head head = server.headOf("GET");
        return Finding.of(
                head.lists("Cache-Control", "no-store") || head.lists("Cache-Control", "no-cache"),
                head.told("Cache-Control"),
                "no-store or no-cache");
    }

    static Finding date(Server server) throws IOException {
        Head head = server.headOf("GET");
        String date = head.field("Date");
        boolean good = false;
        if (date != null) {
            try {
                good = LocalDateTime.parse(date, IMF_FIXDATE).getYear() > 0;
            } catch (DateTimeException e) {
                return Finding.bad(head.told("Date"), "a date such as Sun, 06 Nov 1994 08:49:37 GMT");
            }
        }
        return Finding.of(good, head.told("Date"), "a Date");
    }
}
