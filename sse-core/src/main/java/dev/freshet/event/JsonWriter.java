package dev.freshet.event;

/**
 * A function from a value to its JSON text. Any mapper's {@code writeValueAsString} fits, whatever its version:
 *
 * <pre>{@code
 * SseEvent.builder().type("tick").json(tick, mapper::writeValueAsString).build();
 * }</pre>
 *
 * <p>An implementation returns the whole text and never null; line breaks in the text are allowed. The writer is called
 * once for each event, on the thread that builds the event. Any exception refuses the value.
 *
 * <p>Safe for use by several threads if the implementation is; Freshet itself adds no locking.
 */
@FunctionalInterface
public interface JsonWriter {

    /**
     * Writes a value as JSON.
     *
     * @param value the value; never null
     * @return the JSON text; never null
     * @throws Exception if the value cannot be written; the event's builder reports it as the cause of an
     *     {@link IllegalArgumentException}
     */
    String write(Object value) throws Exception;
}
