package dev.freshet.event;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A server-sent event: any of id, type, data, retry and comment. A part that is not set is null and is not written to
 * the stream.
 *
 * <pre>{@code
 * SseEvent.of("hello");
 * SseEvent.json("tick", new Tick("ACME", 12.3));
 * SseEvent.builder().type("tick").data("12.3").retry(Duration.ofSeconds(2)).build();
 * }</pre>
 *
 * <p>An event that cannot be written faithfully cannot be built: CR or LF in an id or a type, NUL in an id and a
 * negative retry are refused with an {@link IllegalArgumentException}. Data and comment take any text; they may span
 * lines. A line break in data reaches the client as LF, whether it was CR, LF or CRLF, and a lone surrogate anywhere as
 * U+FFFD. An event without data is legal, but WHATWG clients dispatch nothing for it.
 *
 * <p>Immutable, hence safe for use by any number of threads; a {@link Builder} is for one thread.
 */
public final class SseEvent {

    private final @Nullable String id;
    private final @Nullable String type;
    private final @Nullable String data;
    private final @Nullable Duration retry;
    private final @Nullable String comment;
    private final boolean urgent;

    private SseEvent(Builder builder, boolean urgent) {
        id = builder.id;
        type = builder.type;
        data = builder.data;
        retry = builder.retry;
        comment = builder.comment;
        this.urgent = urgent;
    }

    /**
     * Returns an event with data only; clients receive it as type {@code message}.
     *
     * @param data any text
     */
    public static SseEvent of(String data) {
        return builder().data(data).build();
    }

    /**
     * Returns an event with a type and data.
     *
     * @param type the event's name, without CR or LF
     * @param data any text
     * @throws IllegalArgumentException if the type has CR or LF
     */
    public static SseEvent of(String type, String data) {
        return builder().type(type).data(data).build();
    }

    /**
     * Returns an event whose data is a value as JSON, as {@link Builder#json(Object)} writes it.
     *
     * @param value the value
     * @throws IllegalArgumentException if the value cannot be written
     * @throws IllegalStateException if there is no Jackson that can be used
     */
    public static SseEvent json(Object value) {
        return builder().json(value).build();
    }

    /**
     * Returns an event with a type, whose data is a value as JSON, as {@link Builder#json(Object)} writes it.
     *
     * @param type the event's name, without CR or LF
     * @param value the value
     * @throws IllegalArgumentException if the type has CR or LF or the value cannot be written
     * @throws IllegalStateException if there is no Jackson that can be used
     */
    public static SseEvent json(String type, Object value) {
        return builder().type(type).json(value).build();
    }

    /**
     * Returns an event with a comment only. Clients ignore it, but it appears in a log of the stream and keeps the
     * connection active.
     *
     * @param comment any text
     */
    public static SseEvent comment(String comment) {
        return builder().comment(comment).build();
    }

    /** Returns a builder with nothing set. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the id, or null if it is not set; a hub gives an event without an id one of its own. */
    public @Nullable String id() {
        return id;
    }

    /** Returns the type, or null if it is not set; clients then receive {@code message}. */
    public @Nullable String type() {
        return type;
    }

    /** Returns the data, or null if it is not set. */
    public @Nullable String data() {
        return data;
    }

    /** Returns the time that a client is to wait before it reconnects, or null if it is not set. */
    public @Nullable Duration retry() {
        return retry;
    }

    /** Returns the comment, or null if it is not set. */
    public @Nullable String comment() {
        return comment;
    }

    /**
     * Returns this event for a hub that lets events wait for others: it is delivered at once, and what waits before it
     * in its topic. It is the same on the wire.
     */
    public SseEvent urgent() {
        Builder same = new Builder();
        same.id = id;
        same.type = type;
        same.data = data;
        same.retry = retry;
        same.comment = comment;
        return new SseEvent(same, true);
    }

    /** Returns whether the event is {@linkplain #urgent() urgent}. */
    public boolean isUrgent() {
        return urgent;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SseEvent that
                && Objects.equals(id, that.id)
                && Objects.equals(type, that.type)
                && Objects.equals(data, that.data)
                && Objects.equals(retry, that.retry)
                && Objects.equals(comment, that.comment)
                && urgent == that.urgent;
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, type, data, retry, comment, urgent);
    }

    /** Returns a line for logs and test failures, in which long texts are cut. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("SseEvent[");
        append(text, "id", id);
        append(text, "type", type);
        append(text, "data", data);
        if (retry != null) {
            text.append("retry=").append(retry).append(", ");
        }
        append(text, "comment", comment);
        if (urgent) {
            text.append("urgent, ");
        }
        if (text.charAt(text.length() - 1) == ' ') {
            text.setLength(text.length() - 2);
        }
        return text.append(']').toString();
    }

    private static void append(StringBuilder text, String name, @Nullable String value) {
        if (value != null) {
            text.append(name).append('=').append(Text.quote(value)).append(", ");
        }
    }

    /**
     * A builder of an event. Each setter replaces an earlier value; a part that is never set is not in the event.
     *
     * <p>Not safe for use by several threads at once.
     */
    public static final class Builder {

        private @Nullable String id;
        private @Nullable String type;
        private @Nullable String data;
        private @Nullable Duration retry;
        private @Nullable String comment;

        private Builder() {}

        /** Sets the id: no CR, LF or NUL. An empty id clears the last event id of a client. */
        public Builder id(String id) {
            this.id = requireNonNull(id, "id");
            return this;
        }

        /** Sets the type: no CR or LF. */
        public Builder type(String type) {
            this.type = requireNonNull(type, "type");
            return this;
        }

        /** Sets the data: any text. */
        public Builder data(String data) {
            this.data = requireNonNull(data, "data");
            return this;
        }

        /**
         * Sets the data to a value as JSON. The value is written now, by a mapper of Jackson 3 ({@code tools.jackson})
         * if that is present, else of Jackson 2 ({@code com.fasterxml.jackson}). The mapper has the modules that are
         * present, and no other settings of the application; dates and durations are ISO 8601. {@link #json(Object,
         * JsonWriter)} takes a mapper with other settings.
         *
         * @throws IllegalArgumentException if the value cannot be written, with the mapper's reason
         * @throws IllegalStateException if there is no Jackson that can be used; the message names what was found
         */
        public Builder json(Object value) {
            return json(requireNonNull(value, "value"), DefaultJson.writer());
        }

        /**
         * Sets the data to a value as JSON, which the given writer writes now. Jackson need not be present.
         *
         * @throws IllegalArgumentException if the writer throws, with its exception as the cause, or returns null
         */
        public Builder json(Object value, JsonWriter writer) {
            requireNonNull(value, "value");
            requireNonNull(writer, "writer");
            String written;
            try {
                written = writer.write(value);
            } catch (Exception e) {
                if (e instanceof InterruptedException) {
                    Thread.currentThread().interrupt();
                }
                throw new IllegalArgumentException(
                        "json: a " + value.getClass().getName() + " (expected: a value the writer can write): "
                                + (e.getMessage() == null ? e : e.getMessage()),
                        e);
            }
            if (written == null) {
                throw new IllegalArgumentException("json: null from the writer (expected: JSON text)");
            }
            data = written;
            return this;
        }

        /** Sets the retry: not negative, and at most {@link Long#MAX_VALUE} ms. It is written in whole milliseconds. */
        public Builder retry(Duration retry) {
            this.retry = requireNonNull(retry, "retry");
            return this;
        }

        /** Sets the comment: any text. */
        public Builder comment(String comment) {
            this.comment = requireNonNull(comment, "comment");
            return this;
        }

        /**
         * Builds the event from the parts that are set. The builder may be used again.
         *
         * @throws IllegalArgumentException if the id has CR, LF or NUL, the type has CR or LF, or the retry is negative
         *     or too long
         */
        public SseEvent build() {
            if (id != null && (hasLineBreak(id) || id.indexOf('\0') >= 0)) {
                throw new IllegalArgumentException("id: " + Text.quote(id) + " (expected: no CR, LF or NUL)");
            }
            if (type != null && hasLineBreak(type)) {
                throw new IllegalArgumentException("type: " + Text.quote(type) + " (expected: no CR or LF)");
            }
            if (retry != null && (retry.isNegative() || retry.compareTo(Duration.ofMillis(Long.MAX_VALUE)) > 0)) {
                throw new IllegalArgumentException(
                        "retry: " + retry + " (expected: >= 0 and at most " + Long.MAX_VALUE + " ms)");
            }
            return new SseEvent(this, false);
        }

        private static boolean hasLineBreak(String text) {
            return text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0;
        }
    }
}
