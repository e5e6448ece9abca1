package dev.freshet.netty;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The options of one endpoint that differ from those of its handler: {@link SseHandler.Builder#endpoint(String, String,
 * SseEndpoint, EndpointOptions)}. An option that is not set is the handler's. Immutable and thread-safe.
 */
public final class EndpointOptions {
    static final EndpointOptions NONE = builder().build();

    private final @Nullable CorsPolicy cors;
    private final @Nullable List<String> origins;
    private final @Nullable Heartbeat heartbeat;
    private final @Nullable StreamRetryRange retry;
    private final @Nullable StreamOpening opening;
    private final boolean compress;

    private EndpointOptions(Builder builder) {
        this.cors = builder.cors;
        this.origins = builder.origins;
        this.heartbeat = builder.heartbeat;
        this.retry = builder.retry;
        this.opening = builder.opening;
        this.compress = builder.compress;
    }

    /** Returns a builder with no option set. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the options of a handler, replaced by those that are set here. */
    RequestOptions over(RequestOptions handler) {
        if (this == NONE) {
            return handler;
        }
        RequestPolicy access = handler.access();
        access = cors == null ? access : access.withCors(cors);
        access = origins == null ? access : access.withOrigins(origins);
        StreamOptions stream = handler.stream();
        return handler.with(
                access,
                stream.with(
                        Objects.requireNonNullElse(heartbeat, stream.heartbeat()),
                        Objects.requireNonNullElse(retry, stream.retry()),
                        Objects.requireNonNullElse(opening, stream.opening()),
                        compress));
    }

    /** A builder of {@link EndpointOptions}. Not thread-safe. */
    public static final class Builder {
        private @Nullable CorsPolicy cors;
        private @Nullable List<String> origins;
        private @Nullable Heartbeat heartbeat;
        private @Nullable StreamRetryRange retry;
        private @Nullable StreamOpening opening;
        private boolean compress;

        private Builder() {}

        /** Sets the pages of other origins that may read the responses: {@link SseHandler.Builder#cors}. */
        public Builder cors(CorsPolicy value) {
            this.cors = Objects.requireNonNull(value, "cors");
            return this;
        }

        /**
         * Sets the origins whose pages may send requests: {@link SseHandler.Builder#origins}.
         *
         * @throws IllegalArgumentException if one has another form
         */
        public Builder origins(String... values) {
            this.origins = CorsPolicy.checkOrigins("origins", Objects.requireNonNull(values, "values"));
            return this;
        }

        /** Sets the heartbeat that the streams send after a time of silence. */
        public Builder heartbeat(Heartbeat value) {
            this.heartbeat = Objects.requireNonNull(value, "heartbeat");
            return this;
        }

        /**
         * Sets the range of reconnection times for the clients of the hub streams: {@link SseHandler.Builder#retry}.
         *
         * @throws IllegalArgumentException if one is not from 0 to 365 days, or the first is over the second
         */
        public Builder retry(Duration min, Duration max) {
            this.retry = StreamRetryRange.of(min, max);
            return this;
        }

        /** Sets the opening of the hub streams, unless {@link SseReply.Subscribe#opening} sets another. */
        public Builder opening(StreamOpening value) {
            this.opening = Objects.requireNonNull(value, "opening");
            return this;
        }

        /**
         * Compresses the streams of hubs with gzip, for the clients that accept it (RFC 9110 12.5.3); default off. An
         * event is compressed once for all streams of an event loop that follow the same topics, and each client can
         * decode an event when it is sent. A stream that no other one of its event loop shares is sent in the format of
         * gzip without compression, as are private events and snapshots of its own. A snapshot that streams share is
         * compressed for all of them, and what a client resumes with for that client. The head has {@code Vary:
         * Accept-Encoding}. The streams of publishers are not compressed. Each event loop uses native memory of up to
         * 33 times 256 KiB, beside the heap and the direct memory.
         *
         * <p>The topics that a stream follows are compressed together. All who follow them must be permitted to read
         * all of them, and nobody but the service should be able to publish text of their choice there beside a secret:
         * the length of compressed events tells whether the text occurs in them (the attack BREACH).
         */
        public Builder compress() {
            this.compress = true;
            return this;
        }

        /** Builds the options. */
        public EndpointOptions build() {
            return new EndpointOptions(this);
        }
    }
}
