package dev.freshet.netty;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body of one request, stored up to a limit if it will be read. It is stored in chunks, so that it takes no more
 * memory than was counted. Confined to the event loop.
 */
final class RequestBody {
    private static final int CHUNK_BYTES = 2048;
    private static final int ARRAY_BYTES = 24;
    private static final byte[] NONE = new byte[0];

    private final int limit;
    /** Whether the body is counted and not stored. */
    private boolean discarded;

    private final List<ByteBuffer> chunks = new ArrayList<>(0);
    private int size;
    /** The length that the head declares; 0 if it declares none. */
    private int announced;

    private boolean tooLarge;
    private boolean overBudget;
    private boolean encoded;
    private boolean malformed;

    RequestBody(int limit) {
        this.limit = limit;
    }

    /** Reads the declared length and the transfer coding of the head. */
    void announce(HttpRequest request) {
        List<String> codings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        encoded = !codings.isEmpty()
                && !HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(
                        String.join(",", codings).strip());
        try {
            long length = HttpUtil.getContentLength(request, 0L);
            tooLarge = length > limit;
            announced = tooLarge ? 0 : (int) length;
        } catch (NumberFormatException e) { // the request was not decoded by a codec of HTTP/1.1
            malformed = true;
        }
    }

    /** Returns whether the head declares a body. */
    boolean mayCome(HttpRequest request) {
        return hasLength() || isRefused() || request.headers().contains(HttpHeaderNames.TRANSFER_ENCODING);
    }

    /** Discards what is received from now on. */
    void discard() {
        discarded = true;
    }

    void add(HttpContent part, IncomingBytes bytes) {
        assert bytes.isConfined();
        DecoderResult result = part.decoderResult();
        overBudget |= result.cause() instanceof IncomingOverBudgetException;
        malformed |= result.isFailure();
        ByteBuf content = part.content();
        int length = content.readableBytes();
        bytes.read(length);
        tooLarge |= length > limit - size;
        if (!isRefused() && !discarded) {
            overBudget = !keep(content, length, bytes);
        }
        size += length;
        if (isRefused()) {
            chunks.clear();
        }
    }

    private boolean keep(ByteBuf content, int length, IncomingBytes bytes) {
        int at = content.readerIndex();
        int end = at + length;
        while (at < end) {
            ByteBuffer last = chunks.isEmpty() ? null : chunks.get(chunks.size() - 1);
            if (last == null || !last.hasRemaining()) {
                int due = Math.max(announced - size - (at - content.readerIndex()), end - at);
                int capacity = Math.min(CHUNK_BYTES, announced > 0 ? due : limit);
                if (!bytes.add(ARRAY_BYTES + capacity)) {
                    return false;
                }
                last = ByteBuffer.allocate(capacity);
                chunks.add(last);
            }
            int fits = Math.min(last.remaining(), end - at);
            content.getBytes(at, last.array(), last.position(), fits);
            last.position(last.position() + fits);
            at += fits;
        }
        return true;
    }

    /** Returns whether the body is refused, as far as is known. */
    boolean isRefused() {
        return tooLarge || overBudget || encoded || malformed;
    }

    /** Returns whether its length is the only reason for the refusal. */
    boolean isOnlyTooLarge() {
        return tooLarge && !overBudget && !encoded && !malformed;
    }

    /** Returns whether a length was declared that is within the limit. */
    boolean hasLength() {
        return announced > 0;
    }

    /** Returns whether any of the body was received. */
    boolean hasBegun() {
        return size > 0;
    }

    boolean isOverBudget() {
        return overBudget;
    }

    /** Returns the refusal of the body, or null. */
    @Nullable
    HttpAnswer refusal() {
        if (overBudget) {
            return HttpAnswer.refusal(RefusalReason.OVERLOADED, 413, IncomingOverBudgetException.REASON);
        }
        if (malformed) {
            return HttpAnswer.refusal(RefusalReason.MALFORMED, 400, "request: malformed");
        }
        if (encoded) { // RFC 9112 6.1
            return HttpAnswer.refusal(RefusalReason.MALFORMED, 501, "transfer-encoding: not known (expected: chunked)");
        }
        return tooLarge ? HttpAnswer.refusal(RefusalReason.TOO_LARGE, 413, "body: over " + limit + " bytes") : null;
    }

    /** Returns the stored body; to be called once. */
    byte[] take() {
        if (chunks.isEmpty()) {
            return NONE;
        }
        byte[] whole = new byte[size];
        int at = 0;
        for (ByteBuffer chunk : chunks) {
            System.arraycopy(chunk.array(), 0, whole, at, chunk.position());
            at += chunk.position();
        }
        chunks.clear();
        return whole;
    }
}
