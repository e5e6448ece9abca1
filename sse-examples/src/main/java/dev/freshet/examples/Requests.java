package dev.freshet.examples;

import dev.freshet.event.EventId;
import dev.freshet.log.TopicEndedException;
import dev.freshet.netty.SseEndpoint;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseRequest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Strict accessors of the parts of a request, and the replies to what it publishes. */
final class Requests {

    private static final Logger logger = LoggerFactory.getLogger(Requests.class);

    private Requests() {}

    /** Returns an endpoint that refuses with 400 what another rejects with an {@code IllegalArgumentException}. */
    static SseEndpoint checked(SseEndpoint endpoint) {
        return request -> {
            try {
                return endpoint.handle(request);
            } catch (IllegalArgumentException e) {
                return SseReply.refuse(400, String.valueOf(e.getMessage()));
            }
        };
    }

    /** Returns the reply to a publish: that to its event once it is kept, 404 if the topic is not open, or 503. */
    static SseReply kept(CompletionStage<EventId> published, Function<EventId, SseReply> reply) {
        return SseReply.when(published.handle((id, failure) -> {
            if (id != null) {
                return reply.apply(id);
            }
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            if (cause instanceof TopicEndedException) {
                return SseReply.refuse(404, "topic: none of that name, or it has ended");
            }
            logger.warn("an event was not kept: {}", String.valueOf(cause));
            return SseReply.refuse(503, "store: not available");
        }));
    }

    /** Returns the reply with the id of an event. */
    static SseReply id(EventId id) {
        return SseReply.json(200, Map.of("id", id.toString()));
    }

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
     * Decodes a body as UTF-8, without blanks around it.
     *
     * @param name what the body is
     * @throws IllegalArgumentException if it is malformed, blank or longer
     */
    static String text(SseRequest request, String name, int most) {
        String text = text(request.body()).strip();
        if (text.isEmpty() || text.length() > most) {
            throw new IllegalArgumentException(
                    name + ": " + text.length() + " characters (expected: 1 to " + most + ")");
        }
        return text;
    }

    /**
     * Decodes a body as UTF-8.
     *
     * @throws IllegalArgumentException if it is malformed
     */
    static String text(byte[] body) {
        try {
            return String.valueOf(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)));
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("body: malformed (expected: UTF-8)", e);
        }
    }
}
