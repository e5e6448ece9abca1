package dev.freshet.examples;

import dev.freshet.netty.SseRequest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Strict accessors of the parts of a request. */
final class Requests {

    private Requests() {}

    /**
     * Returns the value of a query parameter, or null if the parameter is missing.
     *
     * @throws IllegalArgumentException if it has several values
     */
    static @Nullable String only(SseRequest request, String name) {
        List<String> values = request.queryAll(name);
        if (values.size() > 1) {
            throw new IllegalArgumentException(name + ": " + values.size() + " of them (expected: at most one)");
        }
        return values.isEmpty() ? null : values.get(0);
    }

    /**
     * Decodes a body as UTF-8.
     *
     * @throws IllegalArgumentException if it is malformed
     */
    static String text(byte[] body) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("body: malformed (expected: UTF-8)", e);
        }
    }
}
