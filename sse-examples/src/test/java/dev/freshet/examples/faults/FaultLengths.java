package dev.freshet.examples.faults;

import java.time.Duration;

/** How long the runs are: system properties, whose defaults are those of the short form. */
final class FaultLengths {
    /** The least events that are published in a run. */
    static final int EVENTS = Integer.getInteger("freshet.faults.events", 2_000);

    /** The clients of a run. */
    static final int CLIENTS = Integer.getInteger("freshet.faults.clients", 12);

    /** The least cuts of a run that cuts connections. */
    static final int CUTS = Integer.getInteger("freshet.faults.cuts", 300);

    /** The clients that do not read, or hardly. */
    static final int SLOW = Integer.getInteger("freshet.faults.slow", 20);

    /** The clients that are cut at once, and how often. */
    static final int STORM_CLIENTS = Integer.getInteger("freshet.faults.storm.clients", 100);

    static final int STORMS = Integer.getInteger("freshet.faults.storms", 10);

    /** The least times that a fault of a whole process occurs. */
    static final int RESTARTS = Integer.getInteger("freshet.faults.restarts", 3);

    /** The number of events to each one that a sabotaging proxy spoils. */
    static final int SABOTAGE_EVERY = Integer.getInteger("freshet.faults.sabotage", 100);

    /** What random places are drawn from. */
    static final long SEED = Long.getLong("freshet.faults.seed", 16);

    /** How long the clients may take to come to the end after the last fault. */
    static final Duration PATIENCE = Duration.ofSeconds(Integer.getInteger("freshet.faults.patience", 60));

    private FaultLengths() {}
}
