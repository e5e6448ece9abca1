package dev.freshet.netty;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The proxies whose forwarding header is trusted. Immutable and thread-safe. */
final class RequestProxies {
    private final ProxyHeader header;
    private final List<IpSubnetFilterRule> blocks = new ArrayList<>();

    RequestProxies(ProxyHeader header, String... blocks) {
        this.header = Objects.requireNonNull(header, "header");
        for (String block : Objects.requireNonNull(blocks, "blocks")) {
            this.blocks.add(block(block));
        }
    }

    private static IpSubnetFilterRule block(String text) {
        int slash = text.indexOf('/');
        InetAddress address = address(slash < 0 ? text : text.substring(0, slash));
        if (address != null) {
            int all = 8 * address.getAddress().length;
            String bits = slash < 0 ? String.valueOf(all) : text.substring(slash + 1);
            if (bits.matches("[0-9]{1,3}") && Integer.parseInt(bits) <= all) {
                return new IpSubnetFilterRule(address, Integer.parseInt(bits), IpFilterRuleType.ACCEPT);
            }
        }
        throw new IllegalArgumentException(
                "trustedProxies: \"" + text + "\" (expected: an address, or a block such as 10.0.0.0/8)");
    }

    private static @Nullable InetAddress address(String text) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text);
        try {
            return bytes == null ? null : InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            return null;
        }
    }

    /**
     * Returns the address of the nearest hop that is no trusted proxy. If a proxy names no hop, this is the proxy's own
     * address.
     */
    SocketAddress client(HttpHeaders headers, SocketAddress remote) {
        SocketAddress nearest = remote;
        if (!trusts(remote)) {
            return remote;
        }
        List<String> hops = header == ProxyHeader.FORWARDED
                ? forwarded(headers.getAll("Forwarded"))
                : fromTheEnd(String.join(",", headers.getAll("X-Forwarded-For")), ',', false);
        for (String told : hops) {
            InetSocketAddress hop = hop(told.strip());
            if (hop == null) {
                return nearest;
            }
            nearest = hop;
            if (!trusts(hop)) {
                return hop;
            }
        }
        return nearest;
    }

    boolean trusts(@Nullable SocketAddress address) {
        return address instanceof InetSocketAddress internet
                && blocks.stream().anyMatch(block -> block.matches(internet));
    }

    /** Returns the {@code for} value of each element, "" for an element without one, the last element first. */
    private static List<String> forwarded(List<String> fields) {
        List<String> hops = new ArrayList<>();
        for (String element : fromTheEnd(String.join(",", fields), ',', true)) {
            String hop = "";
            for (String pair : fromTheEnd(element, ';', true)) {
                String stripped = pair.strip();
                if (hop.isEmpty() && stripped.toLowerCase(Locale.ROOT).startsWith("for=")) {
                    hop = stripped.substring(4);
                }
            }
            boolean quoted = hop.length() > 1 && hop.startsWith("\"") && hop.endsWith("\"");
            hops.add(quoted ? hop.substring(1, hop.length() - 1) : hop);
        }
        return hops;
    }

    /**
     * Splits a text, the last part first; with {@code quotes}, not inside of quotes. The text is read from its end,
     * because proxies append: a quote that a client has sent then neither opens nor closes one in the proxies' part.
     */
    private static List<String> fromTheEnd(String text, char at, boolean quotes) {
        List<String> parts = new ArrayList<>();
        boolean quoted = false;
        int end = text.length();
        for (int i = end - 1; i >= 0; i--) {
            char c = text.charAt(i);
            if (quotes && c == '"' && !(quoted && isEscaped(text, i))) {
                quoted = !quoted;
            } else if (c == at && !quoted) {
                if (i + 1 < text.length()) {
                    parts.add(text.substring(i + 1, end));
                }
                end = i;
            }
        }
        if (end > 0) {
            parts.add(text.substring(0, end));
        }
        return parts;
    }

    private static boolean isEscaped(String text, int at) {
        int start = at;
        while (start > 0 && text.charAt(start - 1) == '\\') {
            start--;
        }
        return (at - start) % 2 == 1;
    }

    /**
     * Parses a hop: {@code 192.0.2.1}, {@code 192.0.2.1:80}, {@code 2001:db8::1}, {@code [2001:db8::1]}, {@code
     * [2001:db8::1]:80}.
     */
    private static @Nullable InetSocketAddress hop(String text) {
        String host = text;
        String port = "";
        int bracket = text.indexOf(']');
        int colon = text.indexOf(':', Math.max(0, bracket));
        if (text.startsWith("[") && bracket > 0) {
            host = text.substring(1, bracket);
            port = text.substring(bracket + 1);
        } else if (colon >= 0 && colon == text.lastIndexOf(':')) {
            host = text.substring(0, colon);
            port = text.substring(colon);
        }
        InetAddress address = address(host);
        if (address == null || !port.matches("|:[0-9]{1,5}") && !port.matches(":_[A-Za-z0-9._-]+")) {
            return null;
        }
        int number = port.matches(":[0-9]{1,5}") ? Integer.parseInt(port.substring(1)) : 0;
        return number > 65_535 ? null : new InetSocketAddress(address, number);
    }
}
