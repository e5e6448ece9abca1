package dev.freshet.netty;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpVersion;

/**
 * The failure of a request whose bytes the limits of the connection or of the server do not allow. It is handled like a
 * failure of the codec to decode the request.
 */
final class IncomingOverBudgetException extends TooLongFrameException {
    static final String REASON = "request: incomplete, and no room for more of it";
    private static final long serialVersionUID = 1;

    IncomingOverBudgetException() {
        super(REASON);
    }

    /** Returns a part of a message with this failure, as the codec produces it for a head, or else for a body. */
    static HttpObject inPlaceOf(boolean head) {
        HttpObject failed = head
                ? new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/")
                : new DefaultLastHttpContent(Unpooled.EMPTY_BUFFER);
        failed.setDecoderResult(DecoderResult.failure(new IncomingOverBudgetException()));
        return failed;
    }
}
