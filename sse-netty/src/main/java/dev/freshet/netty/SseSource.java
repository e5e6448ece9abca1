package dev.freshet.netty;

/**
 * Blocking code that writes one finite stream, which ends when the code returns.
 *
 * <p>Called once for each request, on a thread of the executor that it was given with, so it may block; a virtual
 * thread is suitable. It is not called if the stream has ended before the executor runs it, so acquire the resources
 * that it must release inside the code. Implementations must be thread-safe if one is used for several requests.
 */
@FunctionalInterface
public interface SseSource {
    /**
     * Writes the stream.
     *
     * @param emitter the stream, valid until this method returns
     * @throws Exception to end the stream as failed, which is reported to the client: {@link SseReply.Stream#onFailure}
     */
    void emit(SseEmitter emitter) throws Exception;
}
