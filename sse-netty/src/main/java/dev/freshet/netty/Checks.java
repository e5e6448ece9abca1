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

    /**
     * Returns the duration; throws an IllegalArgumentException if it is not from that many milliseconds to 365 days.
     */
    static Duration atLeast(String name, Duration value, long millis) {
        Objects.requireNonNull(value, name);
        if (value.compareTo(Duration.ofMillis(millis)) < 0 || value.compareTo(Duration.ofDays(365)) > 0) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + millis + " ms to 365 days)");
        }
        return value;
    }

    /** Returns each topic once; throws a TopicNameException if there is none, or an invalid one. */
    static List<String> topics(Collection<String> topics) {
        List<String> names =
                Objects.requireNonNull(topics, "topics").stream().distinct().toList();
        if (names.isEmpty()) {
            throw new TopicNameException("topics: none (expected: at least one)");
        }
        names.forEach(name ->
                // null: the value of an absent query parameter
                SseHub.checkTopic(Objects.requireNonNullElse(name, "")));
        return names;
    }

    /** Returns the host; throws an IllegalArgumentException if it is neither an address nor a name, such as a URL. */
    static String host(String value) {
        Objects.requireNonNull(value, "host");
        boolean address = value.indexOf(':') != value.lastIndexOf(':'); // IPv6: several colons
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

    /** Returns the port; throws an IllegalArgumentException if it is out of range. */
    static int port(String name, int value) {
        if (value < 0 || value > 65_535) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: 0 to 65535)");
        }
        return value;
    }
}
