package dev.freshet.examples.load.scenario;

import java.time.Duration;

/**
 * The work of one run. Immutable.
 *
 * @param scenario the kind of run
 * @param connections how many streams
 * @param window how many of them may be connecting at a time
 * @param rate events per second, if the scenario is {@link Scenario#RATE}
 * @param duration how long events are sent, or idle connections are held
 * @param events how many events, in a burst and before a reconnect
 * @param size bytes of data in each
 * @param stuck the percentage of connections that stop reading while events are published
 * @param rounds how often clients reconnect
 * @param drain how long to wait while nothing arrives
 */
public record Work(
        Scenario scenario,
        int connections,
        int window,
        double rate,
        Duration duration,
        int events,
        int size,
        int stuck,
        int rounds,
        Duration drain) {

    private static final int SMALLEST = 40;
    private static final int LARGEST = 65_536;
    private static final int MOST_ROUNDS = 1_000;
    private static final int MOST_CONNECTIONS = 1_000_000;
    private static final double HIGHEST_RATE = 1_000_000;
    private static final Duration LONGEST = Duration.ofHours(24);

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if a part is out of range, or the events to remember do not fit into memory
     */
    public Work {
        check("connections", connections, 1, MOST_CONNECTIONS);
        check("window", window, 1, MOST_CONNECTIONS);
        check("events", events, 1, 100_000_000);
        check("size", size, SMALLEST, LARGEST);
        check("stuck", stuck, 0, 99);
        check("rounds", rounds, 1, MOST_ROUNDS);
        if (stuck > 0 && scenario != Scenario.RATE && scenario != Scenario.BURST) {
            throw new IllegalArgumentException("stuck: " + stuck + " (expected: 0 with " + scenario + ")");
        }
        if (!(rate > 0 && rate <= HIGHEST_RATE)) {
            throw new IllegalArgumentException("rate: " + rate + " (expected: > 0, <= " + (int) HIGHEST_RATE + ")");
        }
        check("duration", duration);
        check("drain", drain);
        long total = scenario == Scenario.RATE ? Math.round(rate * duration.toMillis() / 1_000.0) : events;
        long most = Runtime.getRuntime().maxMemory() / 2;
        if (scenario != Scenario.IDLE
                && (total > Integer.MAX_VALUE / 2 || connections * (total / 8) + 12 * total > most)) {
            throw new IllegalArgumentException("connections x events: " + connections + " x " + total
                    + " (expected: few enough to remember in " + (most >> 20) + " MiB; see java -Xmx)");
        }
    }

    private static void check(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + least + " to " + most + ")");
        }
    }

    private static void check(String name, Duration value) {
        if (value.isNegative() || value.isZero() || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: > 0, <= " + LONGEST + ")");
        }
    }

    /** Returns the number of events to publish. */
    int total() {
        return switch (scenario) {
            case IDLE -> 0;
            case RATE -> (int) Math.max(1, Math.round(rate * duration.toMillis() / 1_000.0));
            case BURST, RECONNECT -> events;
        };
    }

    /** Returns the number of connections that stop reading; at least one keeps reading and is checked. */
    int stuckConnections() {
        return (int) Math.min(connections - 1L, ((long) connections * stuck + 99) / 100);
    }

    /** Returns the bytes of data that a stream is to receive. */
    long bytesPerConnection() {
        return (long) total() * size;
    }

    Work lasting(Duration duration) {
        return new Work(scenario, connections, window, rate, duration, events, size, stuck, rounds, drain);
    }

    Work idle(Duration duration) {
        return new Work(Scenario.IDLE, connections, window, rate, duration, events, size, 0, rounds, drain);
    }
}
