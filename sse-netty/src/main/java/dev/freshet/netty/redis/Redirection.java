package dev.freshet.netty.redis;

import io.lettuce.core.RedisURI;
import org.jspecify.annotations.Nullable;

/** Where a node of a cluster says that a key is: {@code MOVED 3999 10.0.0.1:6381}. */
final class Redirection {
    private static final String MOVED = "MOVED ";

    private Redirection() {}

    static boolean isMoved(Throwable failure) {
        return address(failure) != null;
    }

    /** The other node, reached as the one that said so; null where it is something else that failed. */
    static @Nullable RedisURI of(Throwable failure, RedisURI from) {
        String address = address(failure);
        if (address == null || !from.getSentinels().isEmpty()) {
            return null;
        }
        int colon = address.lastIndexOf(':');
        RedisURI to = UriCopy.of(from, from.getTimeout());
        if (colon > 0) { // else it does not know how it is reached itself
            to.setHost(address.substring(0, colon));
        }
        to.setPort(Integer.parseInt(address.substring(colon + 1)));
        return to;
    }

    private static @Nullable String address(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String text = cause.getMessage();
            if (text != null && text.startsWith(MOVED)) {
                String address = text.substring(text.lastIndexOf(' ') + 1);
                return address.matches(".*:[0-9]{1,5}") ? address : null;
            }
        }
        return null;
    }
}
