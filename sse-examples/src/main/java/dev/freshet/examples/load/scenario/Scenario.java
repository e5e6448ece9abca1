package dev.freshet.examples.load.scenario;

import java.util.Locale;

/** What is done to the server. */
public enum Scenario {
    /** Events at a steady rate. */
    RATE,
    /** Events back to back, as fast as they are taken. */
    BURST,
    /** Connections, and nothing else. */
    IDLE,
    /** All connections come back at once and have missed events. */
    RECONNECT;

    /** The word used on command lines and in reports. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
