package dev.freshet.examples;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.ssl.SslHandler;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One request.
 *
 * @param method the method
 * @param path the decoded path
 * @param query the decoded query
 * @param origin of the page of another origin that asks, where a browser names one; null for one of this server
 * @param authorization what the header of that name says, where it is there
 * @param contentType the media type of the body, where it is named
 * @param body the whole body, once it is there
 */
@SuppressWarnings("ArrayRecordComponent") // read, never compared
record Call(
        HttpMethod method,
        String path,
        Map<String, List<String>> query,
        @Nullable String origin,
        @Nullable String authorization,
        @Nullable String contentType,
        byte[] body) {

    private static final Pattern AUTHORITY = Pattern.compile("(?i)^https?://[^/?#]+");
    private static final byte[] NO_BODY = new byte[0];

    /**
     * The call that a request's head is, without a body yet. Its target is read as the library reads those of endpoints: in
     * absolute form, too, and only {@code &} separates parameters (WHATWG URL 5.1).
     *
     * @throws BadRequest if the target is malformed
     */
    static Call of(HttpRequest head, Channel channel) {
        String target = AUTHORITY.matcher(head.uri()).replaceFirst("");
        if (target.indexOf('#') >= 0) {
            throw new BadRequest("uri: malformed (expected: no fragment)");
        }
        try {
            QueryStringDecoder uri =
                    new QueryStringDecoder(target, StandardCharsets.UTF_8, true, Integer.MAX_VALUE, true);
            String path = uri.path().isEmpty() ? "/" : uri.path();
            String contentType = head.headers().get(HttpHeaderNames.CONTENT_TYPE);
            String authorization = head.headers().get(HttpHeaderNames.AUTHORIZATION);
            String origin = foreignOrigin(head.headers(), channel);
            return new Call(head.method(), path, uri.parameters(), origin, authorization, contentType, NO_BODY);
        } catch (IllegalArgumentException e) {
            throw new BadRequest("uri: " + e.getMessage());
        }
    }

    /** Over TLS the server's own is {@code https}; without, a proxy may have ended it. */
    private static @Nullable String foreignOrigin(HttpHeaders headers, Channel channel) {
        List<String> origins = headers.getAll(HttpHeaderNames.ORIGIN);
        if (origins.isEmpty()) {
            return null;
        }
        String origin = String.join(", ", origins);
        String host = headers.get(HttpHeaderNames.HOST, "");
        Channel connection = channel instanceof Http2StreamChannel ? channel.parent() : channel;
        boolean plain = connection.pipeline().get(SslHandler.class) == null;
        boolean own = isOwn(origin, "https", ":443", host) || plain && isOwn(origin, "http", ":80", host);
        return own && !host.isEmpty() ? null : origin;
    }

    /** Browsers leave the port out that the scheme has anyway, and some proxies do not. */
    private static boolean isOwn(String origin, String scheme, String port, String host) {
        String named = host.endsWith(port) ? host.substring(0, host.length() - port.length()) : host;
        return origin.equalsIgnoreCase(scheme + "://" + named);
    }

    Call withBody(byte[] whole) {
        return new Call(method, path, query, origin, authorization, contentType, whole);
    }

    /** The only value of a query parameter, or null where it is not there. */
    @Nullable
    String query(String name) {
        List<String> values = query.getOrDefault(name, List.of());
        if (values.size() > 1) {
            throw new BadRequest(name + ": " + values.size() + " of them (expected: at most one)");
        }
        return values.isEmpty() ? null : values.get(0);
    }

    /** The body as text. */
    String text() {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new BadRequest("body: malformed (expected: UTF-8)");
        }
    }

    /** The end of a call that its caller got wrong: answered as 400 with this message. */
    static final class BadRequest extends RuntimeException {

        private static final long serialVersionUID = 1;

        BadRequest(String message) {
            super(message, null, false, false);
        }
    }
}
