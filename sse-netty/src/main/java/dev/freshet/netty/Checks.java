package dev.freshet.netty;

import dev.freshet.hub.SseHub;
import dev.freshet.log.TopicNameException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/** Checks of option values. */
final class Checks {
    private Checks() {}

    /** Returns the time; throws an IllegalArgumentException where it is not from so many milliseconds to 365 days. */
    static Duration atLeast(String name, Duration value, long millis) {
        Objects.requireNonNull(value, name);
        if (value.compareTo(Duration.ofMillis(millis)) < 0 || value.compareTo(Duration.ofDays(365)) > 0) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + millis + " ms to 365 days)");
        }
        return value;
    }

    /** Returns each once; throws a TopicNameException where there is none, or one that there cannot be. */
    static List<String> topics(Collection<String> topics) {
        List<String> names =
                Objects.requireNonNull(topics, "topics").stream().distinct().toList();
        if (names.isEmpty()) {
            throw new TopicNameException("topics: none (expected: at least one)");
        }
        names.forEach(name ->
                SseHub.checkTopic(Objects.requireNonNullElse(name, ""))); // null as of a query that is not there
        return names;
    }

    /** Returns it; throws an IllegalArgumentException where it can be no address and no name, as a URL. */
    static String host(String value) {
        Objects.requireNonNull(value, "host");
        boolean address = value.indexOf(':') != value.lastIndexOf(':'); // of IPv6, for which a port was not meant
        if (value.isEmpty() || !value.matches("[^/*?\\s\\\\@]+") || !address && value.indexOf(':') >= 0) {
            throw new IllegalArgumentException("host: \"" + value
                    + "\" (expected: an address or a name of this machine without scheme and port, such as 0.0.0.0,"
                    + " :: or localhost)");
        }
        return value;
    }

    static void refusal(int status) {
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("refuse.status: " + status + " (expected: 400 to 599)");
        }
    }

    /** Returns the port; throws an IllegalArgumentException where there is none of that number. */
    static int port(String name, int value) {
        if (value < 0 || value > 65_535) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: 0 to 65535)");
        }
        return value;
    }
}
