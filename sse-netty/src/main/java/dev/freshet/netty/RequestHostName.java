package dev.freshet.netty;

import io.netty.util.NetUtil;

/** The syntax of {@code Host}: a name or an address with an optional port (RFC 9110 7.2, RFC 3986 3.2.2). */
final class RequestHostName {
    private static final String NAME_MARKS = "-._~!$&'()*+,;=";

    private RequestHostName() {}

    /** Returns whether the value is valid. An empty value is valid. */
    static boolean isValid(String host) {
        int end = host.startsWith("[") ? endOfAddress(host) : endOfName(host);
        if (end < 0 || end < host.length() && host.charAt(end) != ':') {
            return false;
        }
        for (int i = end + 1; i < host.length(); i++) {
            if (host.charAt(i) < '0' || host.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    /** Returns the index behind an address, or -1 if there is none. */
    private static int endOfAddress(String host) {
        int end = host.indexOf(']');
        if (end < 0) {
            return -1;
        }
        String address = host.substring(1, end);
        boolean later = address.matches("[vV][0-9a-fA-F]+\\.[0-9a-zA-Z._~!$&'()*+,;=:-]+");
        return later || address.indexOf('%') < 0 && NetUtil.isValidIpV6Address(address) ? end + 1 : -1;
    }

    private static int endOfName(String host) {
        int at = 0;
        while (at < host.length() && isOfName(host, at)) {
            at++;
        }
        return at;
    }

    private static boolean isOfName(String host, int at) {
        char c = host.charAt(at);
        return c >= 'a' && c <= 'z'
                || c >= '0' && c <= '9'
                || c >= 'A' && c <= 'Z'
                || NAME_MARKS.indexOf(c) >= 0
                || c == '%' && isHex(host, at + 1) && isHex(host, at + 2);
    }

    private static boolean isHex(String host, int at) {
        return at < host.length() && Character.digit(host.charAt(at), 16) >= 0;
    }
}
