package dev.freshet.netty;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.Http2StreamChannel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks of a request's head, whatever it asks for: its version (RFC 9110 2.5) and its host (RFC 9112 3.2). */
final class RequestHeadCheck {
    private RequestHeadCheck() {}

    /** Over HTTP/1.1 each request names a host; HTTP/2 does not ask for it. */
    private static boolean needsHost(Channel channel, HttpRequest request) {
        return !(channel instanceof Http2StreamChannel)
                && request.protocolVersion().compareTo(HttpVersion.HTTP_1_1) >= 0;
    }

    /** What to refuse a request with for its head, whatever it asks for; else null. */
    static @Nullable HttpAnswer malformed(HttpRequest request, Channel channel, boolean ownServer) {
        HttpAnswer unspoken = ownServer ? unspoken(request.protocolVersion()) : null;
        return unspoken != null ? unspoken : misnamed(request, ownServer && needsHost(channel, request));
    }

    /** Whether the version is known, and so what follows on the connection is. */
    static boolean speaks(HttpVersion version) {
        return unspoken(version) == null;
    }

    /** A later minor version is spoken as the one that is known (RFC 9110 2.5). */
    private static @Nullable HttpAnswer unspoken(HttpVersion version) {
        if (version.majorVersion() != 1) {
            return HttpAnswer.refusal(505, "version: " + version + " (expected: 1.1)");
        }
        // The codec takes lower case for upper case, but not for one of the two that everybody sends.
        boolean known =
                version.minorVersion() > 1 || version == HttpVersion.HTTP_1_1 || version == HttpVersion.HTTP_1_0;
        return known ? null : HttpAnswer.refusal(400, "request: malformed");
    }

    /** What to refuse with where it does not name one, or none where none is needed (RFC 9112 3.2); else null. */
    static @Nullable HttpAnswer misnamed(HttpRequest request, boolean needsHost) {
        List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
        int named = hosts.size();
        if (named > 1 || named == 0 && needsHost) {
            return HttpAnswer.refusal(400, "host: " + (named == 0 ? "none" : named + " of them") + " (expected: one)");
        }
        if (named == 1 && !RequestHostName.isValid(hosts.get(0))) {
            return HttpAnswer.refusal(
                    400,
                    "host: \"" + ResponseWriter.quotable(hosts.get(0))
                            + "\" (expected: a name or an address, and a port)");
        }
        return null;
    }
}
