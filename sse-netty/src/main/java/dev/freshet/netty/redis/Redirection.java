package dev.freshet.netty.redis;

import io.lettuce.core.RedisURI;
import org.jspecify.annotations.Nullable;

/** The redirection of a node of a cluster to the node that has the key: {@code MOVED 3999 10.0.0.1:6381}. */
final class Redirection {
    private static final String MOVED = "MOVED ";

    private Redirection() {}

    /** Returns whether a failure is a redirection. */
    static boolean isMoved(Throwable failure) {
        return address(failure) != null;
    }

    /**
     * Returns the URI of the node that a failure redirects to, with the options of the node that replied; null if the
     * failure is no redirection.
     */
    static @Nullable RedisURI of(Throwable failure, RedisURI from) {
        String address = address(failure);
        if (address == null || !from.getSentinels().isEmpty()) {
            return null;
        }
        int colon = address.lastIndexOf(':');
        RedisURI to = UriCopy.of(from, from.getTimeout());
        if (colon > 0) { // otherwise the node is at the host that replied
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
