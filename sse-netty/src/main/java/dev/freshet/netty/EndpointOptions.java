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

    private EndpointOptions(Builder builder) {
        this.cors = builder.cors;
        this.origins = builder.origins;
        this.heartbeat = builder.heartbeat;
        this.retry = builder.retry;
        this.opening = builder.opening;
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
                        Objects.requireNonNullElse(opening, stream.opening())));
    }

    /** A builder of {@link EndpointOptions}. Not thread-safe. */
    public static final class Builder {
        private @Nullable CorsPolicy cors;
        private @Nullable List<String> origins;
        private @Nullable Heartbeat heartbeat;
        private @Nullable StreamRetryRange retry;
        private @Nullable StreamOpening opening;

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

        /** Builds the options. */
        public EndpointOptions build() {
            return new EndpointOptions(this);
        }
    }
}
