package dev.freshet.netty;

import dev.freshet.harness.FuzzInput;
import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/** A fuzz target: a request target has the path that {@link URI} decodes, and where it has none, null or a wider syntax. */
public final class RequestTargetFuzz {
    private RequestTargetFuzz() {}

    /** Runs one input. */
    public static void fuzzerTestOneInput(byte[] input) {
        String text = new FuzzInput(input).utf16(256);
        RequestTarget target = RequestTarget.parse(text);
        if (target != null) {
            if (target.segments().isEmpty() || target.path().indexOf('\0') >= 0) {
                throw new AssertionError(text + ": " + target);
            }
            new RequestPath(target).check(text);
        }
    }

    /** The path, compared with that of another parser where both have one. */
    private record RequestPath(RequestTarget target) {
        void check(String text) {
            String path = path(text);
            boolean isPlain = path != null && path.indexOf('\uFFFD') < 0; // URI replaces malformed UTF-8
            if (isPlain && !path.equals(target.path())) {
                throw new AssertionError(text + ": " + target.path() + " (expected: " + path + ")");
            }
        }

        private static @Nullable String path(String text) {
            try {
                URI uri = new URI(text.startsWith("/") ? "http://host" + text : text);
                String path = uri.getPath();
                return path == null ? null : path.isEmpty() ? "/" : path;
            } catch (URISyntaxException e) {
                return null;
            }
        }
    }
}
