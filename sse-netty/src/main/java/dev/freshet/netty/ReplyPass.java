package dev.freshet.netty;

import java.util.List;
import java.util.Map;

/** The reply that passes a request to other handlers: {@link SseReply#pass}. */
enum ReplyPass implements SseReply {
    INSTANCE;

    @Override
    public SseReply header(String name, String value) {
        throw new IllegalStateException("header: of a request that passes (expected: of one that is answered)");
    }

    @Override
    public List<Map.Entry<String, String>> headers() {
        return List.of();
    }
}
