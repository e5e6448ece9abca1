package dev.freshet.netty;

import io.netty.buffer.ByteBuf;
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

    BodyReader(int limit) {
        this.limit = limit;
    }

    /** Its sender says how large it is going to be. */
    void announce(long length) {
        tooLarge |= length > limit;
    }

    void add(ByteBuf content) {
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

    byte[] bytes() {
        return bytes == null ? NONE : bytes.toByteArray();
    }
}
