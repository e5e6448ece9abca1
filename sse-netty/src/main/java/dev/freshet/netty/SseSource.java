package dev.freshet.netty;

/**
 * Plain code that writes one finite stream: from top to bottom, and the stream ends where it returns.
 *
 * <p>Called once for each request, on a thread of the executor that it was given with, so it may block; a virtual thread
 * will do. Not called where the stream has ended before the executor comes to it, so what the code must give back is
 * best taken in the code. Implementations must be thread-safe where one is used for several requests.
 */
@FunctionalInterface
public interface SseSource {
    /**
     * Writes the stream.
     *
     * @param emitter where to, valid until this returns
     * @throws Exception to end the stream as failed, which the client is told: {@link SseReply.Stream#onFailure}
     */
    void emit(SseEmitter emitter) throws Exception;
}
