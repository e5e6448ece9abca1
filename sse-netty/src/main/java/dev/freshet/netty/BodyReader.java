package dev.freshet.netty;

import dev.freshet.netty.SseReply.Refuse;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The body of one request while it comes, kept up to a limit. Confined to the event loop. */
final class BodyReader {
    private static final byte[] NONE = new byte[0];

    private final int limit;
    private @Nullable ByteArrayOutputStream bytes;
    private boolean tooLarge;
    private boolean encoded;
    private boolean malformed;

    BodyReader(int limit) {
        this.limit = limit;
    }

    /** What its sender says of it beforehand. */
    void announce(HttpRequest request) {
        List<String> codings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        encoded = !codings.isEmpty()
                && !HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(
                        String.join(",", codings).strip());
        try {
            tooLarge = HttpUtil.getContentLength(request, 0L) > limit;
        } catch (NumberFormatException e) { // where no codec of HTTP/1.1 has looked at it
            malformed = true;
        }
    }

    void add(HttpContent part) {
        malformed |= part.decoderResult().isFailure();
        ByteBuf content = part.content();
        int length = content.readableBytes();
        tooLarge |= length > limit - (bytes == null ? 0 : bytes.size());
        if (tooLarge) {
            bytes = null;
        } else if (length > 0) {
            bytes = bytes == null ? new ByteArrayOutputStream(length) : bytes;
            try {
                content.getBytes(content.readerIndex(), bytes, length);
            } catch (IOException e) {
                throw new UncheckedIOException(e); // memory does not throw it
            }
        }
    }

    /** Whether it is not one to read, as far as is known yet. */
    boolean isRefused() {
        return tooLarge || encoded || malformed;
    }

    /** Returns what to refuse with where it is not one to read, else null. */
    @Nullable
    Refuse refusal() {
        if (malformed) {
            return new Refuse(400, "request: malformed");
        }
        if (encoded) { // RFC 9112 6.1
            return new Refuse(501, "transfer-encoding: not known (expected: chunked)");
        }
        return tooLarge ? new Refuse(413, "body: over " + limit + " bytes") : null;
    }

    byte[] bytes() {
        return bytes == null ? NONE : bytes.toByteArray();
    }
}
