package dev.freshet.netty;

import dev.freshet.event.LastEventId;
import io.netty.util.internal.PlatformDependent;
import java.time.Duration;

/** The values of {@link Limits} and of its builder, with their defaults. */
abstract class LimitsValues {
    /** The overhead of requests beside their text, in bytes per connection. */
    private static final int OVERHEAD_BYTES = 16 << 10;

    int connections = Integer.MAX_VALUE;
    int connectionsPerAddress = Integer.MAX_VALUE;
    int connectionsPerKey = Integer.MAX_VALUE;
    int sockets = Integer.MAX_VALUE;
    int socketsPerAddress = Integer.MAX_VALUE;
    int topicsPerConnection = 1024;
    int requestLineBytes = 8 << 10;
    int headerBytes = 16 << 10;
    int queryBytes = 8 << 10;
    int bodyBytes = 64 << 10;
    int eventIdBytes = LastEventId.MAX_BYTES;
    int leastBytes = 16 << 10;
    Duration leastBytesTime = Duration.ofSeconds(60);
    int incompleteBytesPerConnection; // 0 if it follows from other limits
    long incompleteBytes = Math.max(1, Runtime.getRuntime().maxMemory() / 8);
    long unsentBytes = Math.max(1, PlatformDependent.maxDirectMemory() / 8);
    Duration requestTimeout = Duration.ofSeconds(30);
    Duration idleTimeout = Duration.ofMinutes(5);
    Duration answerTimeout = Duration.ofSeconds(10);
    boolean evictsOldest;
    Duration closeProgressTimeout = Duration.ofSeconds(5);
    Duration closeTimeout = Duration.ofSeconds(30);

    LimitsValues() {}

    LimitsValues(LimitsValues from) {
        this.connections = from.connections;
        this.connectionsPerAddress = from.connectionsPerAddress;
        this.connectionsPerKey = from.connectionsPerKey;
        this.sockets = from.sockets;
        this.socketsPerAddress = from.socketsPerAddress;
        this.topicsPerConnection = from.topicsPerConnection;
        this.requestLineBytes = from.requestLineBytes;
        this.headerBytes = from.headerBytes;
        this.queryBytes = from.queryBytes;
        this.bodyBytes = from.bodyBytes;
        this.eventIdBytes = from.eventIdBytes;
        this.leastBytes = from.leastBytes;
        this.leastBytesTime = from.leastBytesTime;
        this.incompleteBytesPerConnection = from.incompleteBytesPerConnection;
        this.incompleteBytes = from.incompleteBytes;
        this.unsentBytes = from.unsentBytes;
        this.requestTimeout = from.requestTimeout;
        this.idleTimeout = from.idleTimeout;
        this.answerTimeout = from.answerTimeout;
        this.evictsOldest = from.evictsOldest;
        this.closeProgressTimeout = from.closeProgressTimeout;
        this.closeTimeout = from.closeTimeout;
    }

    int connections() {
        return connections;
    }

    int connectionsPerAddress() {
        return connectionsPerAddress;
    }

    int connectionsPerKey() {
        return connectionsPerKey;
    }

    int sockets() {
        return sockets;
    }

    int socketsPerAddress() {
        return socketsPerAddress;
    }

    int topicsPerConnection() {
        return topicsPerConnection;
    }

    int requestLineBytes() {
        return requestLineBytes;
    }

    int headerBytes() {
        return headerBytes;
    }

    int queryBytes() {
        return queryBytes;
    }

    int bodyBytes() {
        return bodyBytes;
    }

    int leastBytes() {
        return leastBytes;
    }

    Duration leastBytesTime() {
        return leastBytesTime;
    }

    int incompleteBytesPerConnection() {
        int derived = (int) Math.min(Integer.MAX_VALUE, (long) headerBytes + bodyBytes + OVERHEAD_BYTES);
        return incompleteBytesPerConnection == 0 ? derived : incompleteBytesPerConnection;
    }

    long incompleteBytes() {
        return incompleteBytes;
    }

    long unsentBytes() {
        return unsentBytes;
    }

    Duration requestTimeout() {
        return requestTimeout;
    }

    int eventIdBytes() {
        return eventIdBytes;
    }

    boolean evictsOldest() {
        return evictsOldest;
    }

    Duration closeProgressTimeout() {
        return closeProgressTimeout;
    }

    Duration closeTimeout() {
        return closeTimeout;
    }

    Duration idleTimeout() {
        return idleTimeout;
    }

    Duration answerTimeout() {
        return answerTimeout;
    }
}
