package dev.freshet.netty;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The counts of open streams, or of sockets: in total, by address and by key. Only limited counts are kept.
 * Thread-safe.
 */
final class StreamAdmission {
    /** The permit of one stream or socket in the counts. */
    record Permit(
            StreamAdmission admission,
            boolean counted,
            @Nullable Object address,
            @Nullable String key) {
        /** Releases the permit; to be called once. */
        void release() {
            admission.leave(this);
        }
    }

    private static final int UNLIMITED = Integer.MAX_VALUE;

    /** The first 64 bits of the prefix 64:ff9b::/96; its other 32 bits are 0. */
    private static final long TRANSLATED = 0x0064_ff9b_0000_0000L;

    private final int most;
    private final int mostPerAddress;
    private final int mostPerKey;
    private final AtomicInteger all = new AtomicInteger();
    private final Map<Object, Integer> byAddress = new ConcurrentHashMap<>();
    private final Map<String, Integer> byKey = new ConcurrentHashMap<>();
    private final Permit uncounted = new Permit(this, false, null, null);

    /** Creates counts with these limits, each above 0; {@code Integer.MAX_VALUE} for none. */
    StreamAdmission(int most, int mostPerAddress, int mostPerKey) {
        this.most = most;
        this.mostPerAddress = mostPerAddress;
        this.mostPerKey = mostPerKey;
    }

    boolean isUnlimited() {
        return most == UNLIMITED && !countsAddresses() && mostPerKey == UNLIMITED;
    }

    boolean countsAddresses() {
        return mostPerAddress != UNLIMITED;
    }

    /**
     * Counts one more, or returns null if a limit is reached.
     *
     * @param client null if it is not counted by address
     */
    @Nullable
    Permit admit(@Nullable SocketAddress client, @Nullable String key) {
        Object address = countsAddresses() ? network(client) : null;
        String counted = mostPerKey == UNLIMITED ? null : key;
        boolean total = most != UNLIMITED;
        if (!total && address == null && counted == null) {
            return uncounted;
        }
        if (total && !enter(most)) {
            return null;
        }
        if (address != null && !enter(byAddress, address, mostPerAddress)) {
            leave(new Permit(this, total, null, null));
            return null;
        }
        if (counted != null && !enter(byKey, counted, mostPerKey)) {
            leave(new Permit(this, total, address, null));
            return null;
        }
        return new Permit(this, total, address, counted);
    }

    /** Returns whether no more streams of the key are admitted. */
    boolean isFull(String key) {
        return byKey.getOrDefault(key, 0) >= mostPerKey;
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

    private void leave(Permit permit) {
        if (permit.counted()) {
            all.decrementAndGet();
        }
        leave(byAddress, permit.address());
        leave(byKey, permit.key());
    }

    /**
     * Returns the network that is counted, or null for an address that is none of the Internet. It is an IPv4 address,
     * or the first 64 bits of an IPv6 address, because a client has all addresses with these. A translator gives every
     * IPv4 client an address of one such network (RFC 6052 2.1); there the IPv4 address is counted.
     */
    private static @Nullable Object network(@Nullable SocketAddress client) {
        if (!(client instanceof InetSocketAddress internet)) {
            return null;
        }
        if (!(internet.getAddress() instanceof Inet6Address address)) {
            return internet.getAddress();
        }
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        long network = bytes.getLong();
        boolean translated = network == TRANSLATED && bytes.getInt() == 0;
        return translated ? new Translated(bytes.getInt()) : (Object) network;
    }

    /** An IPv4 address behind a translator. */
    private record Translated(int address) {}
}
