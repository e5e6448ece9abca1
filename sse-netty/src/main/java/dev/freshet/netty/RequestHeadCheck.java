package dev.freshet.netty;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.Http2StreamChannel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The checks of a request's head that do not depend on its target: its version (RFC 9110 2.5) and its host (RFC 9112
 * 3.2).
 */
final class RequestHeadCheck {
    private RequestHeadCheck() {}

    /** Returns whether a host is required: over HTTP/1.1, but not over HTTP/2. */
    private static boolean needsHost(Channel channel, HttpRequest request) {
        return !(channel instanceof Http2StreamChannel)
                && request.protocolVersion().compareTo(HttpVersion.HTTP_1_1) >= 0;
    }

    /** Returns the refusal of a malformed head, or null. */
    static @Nullable HttpAnswer malformed(HttpRequest request, Channel channel, boolean ownServer) {
        HttpAnswer unspoken = ownServer ? unspoken(request.protocolVersion()) : null;
        return unspoken != null ? unspoken : misnamed(request, ownServer && needsHost(channel, request));
    }

    /** Returns whether the version is supported, so that the next request can be found on the connection. */
    static boolean speaks(HttpVersion version) {
        return unspoken(version) == null;
    }

    /**
     * Returns the refusal of an unsupported version, or null. A later minor version is treated as the known one (RFC
     * 9110 2.5).
     */
    private static @Nullable HttpAnswer unspoken(HttpVersion version) {
        if (version.majorVersion() != 1) {
            return HttpAnswer.refusal(RefusalReason.MALFORMED, 505, "version: " + version + " (expected: 1.1)");
        }
        // The codec accepts lower case in versions, except in one of the two common ones.
        boolean known =
                version.minorVersion() > 1 || version == HttpVersion.HTTP_1_1 || version == HttpVersion.HTTP_1_0;
        return known ? null : HttpAnswer.refusal(RefusalReason.MALFORMED, 400, "request: malformed");
    }

    /** Returns the refusal of a missing or invalid host, or null (RFC 9112 3.2). */
    static @Nullable HttpAnswer misnamed(HttpRequest request, boolean needsHost) {
        List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
        int named = hosts.size();
        if (named > 1 || named == 0 && needsHost) {
            return HttpAnswer.refusal(
                    RefusalReason.MALFORMED,
                    400,
                    "host: " + (named == 0 ? "none" : named + " of them") + " (expected: one)");
        }
        if (named == 1 && !RequestHostName.isValid(hosts.get(0))) {
            return HttpAnswer.refusal(
                    RefusalReason.MALFORMED,
                    400,
                    "host: \"" + ResponseWriter.quotable(hosts.get(0))
                            + "\" (expected: a name or an address, and a port)");
        }
        return null;
    }
}
