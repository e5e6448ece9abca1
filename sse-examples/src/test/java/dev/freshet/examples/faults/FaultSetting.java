package dev.freshet.examples.faults;

import java.time.Duration;
import java.util.List;

/**
 * What a run consists of.
 *
 * @param fault its name in the table
 * @param wire what publishers and clients speak
 * @param clients how many follow
 * @param topics each with a publisher of its own; all clients follow all
 * @param events the least that are published, of all topics
 * @param silence after which a client takes its connection for dead; above the relay's heartbeat, 15 s by default
 * @param patience how long the clients may take to come to the end after the last fault
 * @param ahead by how many events the publishers may be ahead of the slowest client of the row
 */
record FaultSetting(
        String fault,
        Wire wire,
        int clients,
        List<String> topics,
        int events,
        Duration silence,
        Duration patience,
        int ahead) {
    /** Topics with events of about a hundred bytes. */
    private static final List<String> SMALL = List.of("a", "b", "c");

    /** Topics with events of about ten kilobytes. */
    static final List<String> LARGE = List.of(NumberedEvent.LARGE + "a", NumberedEvent.LARGE + "b");

    /** The default lengths over HTTP/1.1. */
    FaultSetting(String fault) {
        this(
                fault,
                Wire.HTTP_1_1,
                FaultLengths.CLIENTS,
                SMALL,
                FaultLengths.EVENTS,
                Duration.ofSeconds(30),
                FaultLengths.PATIENCE,
                Integer.MAX_VALUE);
    }

    FaultSetting wire(Wire other) {
        return new FaultSetting(fault, other, clients, topics, events, silence, patience, ahead);
    }

    FaultSetting clients(int other) {
        return new FaultSetting(fault, wire, other, topics, events, silence, patience, ahead);
    }

    FaultSetting topics(List<String> other) {
        return new FaultSetting(fault, wire, clients, other, events, silence, patience, ahead);
    }

    FaultSetting events(int other) {
        return new FaultSetting(fault, wire, clients, topics, other, silence, patience, ahead);
    }

    FaultSetting silence(Duration other) {
        return new FaultSetting(fault, wire, clients, topics, events, other, patience, ahead);
    }

    FaultSetting patience(Duration other) {
        return new FaultSetting(fault, wire, clients, topics, events, silence, other, ahead);
    }

    /** Publishers that wait for the clients, so that a slow machine is not taken for a slow client. */
    FaultSetting ahead(int other) {
        return new FaultSetting(fault, wire, clients, topics, events, silence, patience, other);
    }
}
