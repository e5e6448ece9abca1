package dev.freshet.examples.load.scenario;

import java.util.Locale;

/** A kind of run. */
public enum Scenario {
    /** Events at a steady rate. */
    RATE,
    /** Events back to back, as fast as the server takes them. */
    BURST,
    /** Connections without events. */
    IDLE,
    /** All clients reconnect at once after they have missed events. */
    RECONNECT;

    /** Returns the word used on command lines and in reports. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
