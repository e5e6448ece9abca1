package dev.freshet.netty;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What an {@link SseEndpoint} answers. Immutable and thread-safe. */
public sealed interface SseReply permits SseReply.Subscribe, SseReply.Refuse, SseReply.RetryLater, SseReply.When {
    /**
     * Follows topics of a hub.
     *
     * @throws IllegalArgumentException if there is no topic, or one is empty or too long
     */
    static Subscribe subscribe(SseHub hub, String... topics) {
        return subscribe(hub, Arrays.asList(topics));
    }

    /**
     * Follows topics of a hub.
     *
     * @throws IllegalArgumentException if there is no topic, or one is empty or too long
     */
    static Subscribe subscribe(SseHub hub, Collection<String> topics) {
        Objects.requireNonNull(hub, "hub");
        List<String> names = topics.size() == 1
                ? List.copyOf(topics)
                : topics.stream().distinct().toList();
        if (names.isEmpty()) {
            throw new IllegalArgumentException("topics: none (expected: at least one)");
        }
        names.forEach(SseHub::checkTopic);
        return new Subscribe(hub, names, null, null, Map.of(), null, null);
    }

    /** Refuses with a status from 400 to 599. A browser's EventSource then gives up for good. */
    static SseReply refuse(int status) {
        return refuse(status, "");
    }

    /**
     * Refuses with a status from 400 to 599 and a reason, sent as plain text; 401 with a challenge for a bearer token.
     *
     * @throws IllegalArgumentException if the status is another
     */
    static SseReply refuse(int status, String reason) {
        check(status);
        return new Refuse(status, Objects.requireNonNull(reason, "reason"));
    }

    private static void check(int status) {
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("refuse.status: " + status + " (expected: 400 to 599)");
        }
    }

    /** Tells the client that there is nothing more and that it shall not come back: 204. */
    static SseReply stop() {
        return new Refuse(204, "");
    }

    /**
     * Tells the client to come later: what looks like a browser's EventSource (it accepts {@code text/event-stream} by
     * name, and sends {@code Sec-Fetch-*} or a {@code User-Agent} that begins with {@code Mozilla/}) gets a stream of one
     * {@code retry}, spread over half of the delay, a second at least; others get 503 with {@code Retry-After}. Either is
     * disconnected.
     *
     * @param delay from 0 to 365 days
     * @throws IllegalArgumentException if the delay is another
     */
    static SseReply retryLater(Duration delay) {
        return new RetryLater(delay, "");
    }

    /**
     * Answers later; the stage may complete on any thread. One that fails is refused with 500, and one that does not
     * complete within {@link Limits.Builder#answerTimeout} is told to come later.
     */
    static SseReply when(CompletionStage<? extends SseReply> stage) {
        return new When(Objects.requireNonNull(stage, "stage"));
    }

    /** A stream of topics. Immutable and thread-safe. */
    final class Subscribe implements SseReply {
        final SseHub hub;
        final List<String> topics;
        final @Nullable EventId from;
        final @Nullable Supplier<List<SseEvent>> snapshot;
        final Map<String, Object> attributes;
        final @Nullable String key;
        final @Nullable Instant expiresAt;

        private Subscribe(
                SseHub hub,
                List<String> topics,
                @Nullable EventId from,
                @Nullable Supplier<List<SseEvent>> snapshot,
                Map<String, Object> attributes,
                @Nullable String key,
                @Nullable Instant expiresAt) {
            this.hub = hub;
            this.topics = topics;
            this.from = from;
            this.snapshot = snapshot;
            this.attributes = attributes;
            this.key = key;
            this.expiresAt = expiresAt;
        }

        /** Where a client starts that names no last event id of its own: after this event. */
        public Subscribe from(EventId position) {
            return new Subscribe(
                    hub, topics, Objects.requireNonNull(position, "from"), snapshot, attributes, key, expiresAt);
        }

        /**
         * The state now, sent to clients that start fresh or were reset, before the changes after it. Called on the
         * event loop after the start position is fixed, so no change is missed between the two; must not block, and
         * the events should have no ids of their own.
         */
        public Subscribe snapshot(Supplier<List<SseEvent>> supplier) {
            return new Subscribe(
                    hub, topics, from, Objects.requireNonNull(supplier, "snapshot"), attributes, key, expiresAt);
        }

        /** Something to know the connection by later: {@link SseConnection#attribute}. */
        public Subscribe attribute(String name, Object value) {
            Map<String, Object> more = new HashMap<>(attributes);
            more.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
            return new Subscribe(hub, topics, from, snapshot, Map.copyOf(more), key, expiresAt);
        }

        /** Whose stream it is, such as a user's or a tenant's, for {@link Limits.Builder#connectionsPerKey}. */
        public Subscribe key(String name) {
            return new Subscribe(
                    hub, topics, from, snapshot, attributes, Objects.requireNonNull(name, "key"), expiresAt);
        }

        /**
         * When the stream ends at the latest, with an event of type {@code credentials-expired}: usually when what the
         * client showed to get it expires. A client that comes back is asked anew.
         */
        public Subscribe expiresAt(Instant time) {
            return new Subscribe(
                    hub, topics, from, snapshot, attributes, key, Objects.requireNonNull(time, "expiresAt"));
        }
    }

    /** No stream. */
    record Refuse(int status, String reason) implements SseReply {
        /** Checks the status: 204, or from 400 to 599. */
        public Refuse {
            if (status != 204) {
                check(status);
            }
        }
    }

    /** Not now. */
    record RetryLater(Duration delay, String reason) implements SseReply {
        /** Checks the delay: from 0 to 365 days. */
        public RetryLater {
            SseHandler.Builder.atLeast("retryLater.delay", delay, 0);
            Objects.requireNonNull(reason, "reason");
        }
    }

    /** An answer to come. */
    record When(CompletionStage<? extends SseReply> stage) implements SseReply {}
}
