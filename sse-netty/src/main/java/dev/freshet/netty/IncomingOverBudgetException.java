package dev.freshet.netty;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpVersion;

/** A request is incomplete for which the connection or the server has no room: the codec would have failed to decode it. */
final class IncomingOverBudgetException extends TooLongFrameException {
    static final String REASON = "request: incomplete, and no room for more of it";
    private static final long serialVersionUID = 1;

    IncomingOverBudgetException() {
        super(REASON);
    }

    /** As the codec tells of a head that it could not decode, or where one was decoded of its body. */
    static HttpObject inPlaceOf(boolean head) {
        HttpObject failed = head
                ? new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/")
                : new DefaultLastHttpContent(Unpooled.EMPTY_BUFFER);
        failed.setDecoderResult(DecoderResult.failure(new IncomingOverBudgetException()));
        return failed;
    }
}
