package dev.freshet.netty;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Counts the open streams, in all, per address and per key. What has no limit is not counted. Thread-safe. */
final class Admission {
    /** The place of one stream. */
    record Ticket(
            Admission admission,
            boolean counted,
            @Nullable Object address,
            @Nullable String key) {
        /** Once only. */
        void giveBack() {
            admission.leave(this);
        }
    }

    private static final int UNLIMITED = Integer.MAX_VALUE;

    private final Limits limits;
    private final AtomicInteger all = new AtomicInteger();
    private final Map<Object, Integer> byAddress = new ConcurrentHashMap<>();
    private final Map<String, Integer> byKey = new ConcurrentHashMap<>();
    private final Ticket uncounted = new Ticket(this, false, null, null);

    Admission(Limits limits) {
        this.limits = limits;
    }

    /** Returns null where there are too many. */
    @Nullable
    Ticket admit(SocketAddress client, @Nullable String key) {
        Object address = limits.connectionsPerAddress() == UNLIMITED ? null : network(client);
        String counted = limits.connectionsPerKey() == UNLIMITED ? null : key;
        boolean total = limits.connections() != UNLIMITED;
        if (!total && address == null && counted == null) {
            return uncounted;
        }
        if (total && !enter(limits.connections())) {
            return null;
        }
        if (address != null && !enter(byAddress, address, limits.connectionsPerAddress())) {
            leave(new Ticket(this, total, null, null));
            return null;
        }
        if (counted != null && !enter(byKey, counted, limits.connectionsPerKey())) {
            leave(new Ticket(this, total, address, null));
            return null;
        }
        return new Ticket(this, total, address, counted);
    }

    private boolean enter(int limit) {
        if (all.incrementAndGet() > limit) {
            all.decrementAndGet();
            return false;
        }
        return true;
    }

    private static <K> boolean enter(Map<K, Integer> counts, K key, int limit) {
        boolean[] entered = {false};
        counts.compute(key, (k, count) -> {
            int before = count == null ? 0 : count;
            entered[0] = before < limit;
            return entered[0] ? before + 1 : count;
        });
        return entered[0];
    }

    private static <K> void leave(Map<K, Integer> counts, @Nullable K key) {
        if (key != null) {
            counts.computeIfPresent(key, (k, count) -> count == 1 ? null : count - 1);
        }
    }

    private void leave(Ticket ticket) {
        if (ticket.counted()) {
            all.decrementAndGet();
        }
        leave(byAddress, ticket.address());
        leave(byKey, ticket.key());
    }

    /** Who has one IPv6 address has a network of 64 bits. Null for what is no Internet address. */
    private static @Nullable Object network(SocketAddress client) {
        if (!(client instanceof InetSocketAddress internet)) {
            return null;
        }
        InetAddress address = internet.getAddress();
        return address instanceof Inet6Address
                ? (Object) ByteBuffer.wrap(address.getAddress()).getLong()
                : address;
    }
}
