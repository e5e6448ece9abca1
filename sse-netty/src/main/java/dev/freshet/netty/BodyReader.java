package dev.freshet.netty;

import dev.freshet.netty.SseReply.Refuse;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** The body of one request while it comes, kept up to a limit. Confined to the event loop. */
final class BodyReader {
    private static final byte[] NONE = new byte[0];

    private final int limit;
    private @Nullable ByteArrayOutputStream bytes;
    private boolean tooLarge;
    private boolean malformed;

    BodyReader(int limit) {
        this.limit = limit;
    }

    /** Its sender says how large it is going to be. */
    void announce(long length) {
        tooLarge |= length > limit;
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

    boolean isTooLarge() {
        return tooLarge;
    }

    /** Returns what to refuse with where it is not one to read, else null. */
    @Nullable
    Refuse refusal() {
        if (malformed) {
            return new Refuse(400, "request: malformed");
        }
        return tooLarge ? new Refuse(413, "body: over " + limit + " bytes") : null;
    }

    byte[] bytes() {
        return bytes == null ? NONE : bytes.toByteArray();
    }
}
