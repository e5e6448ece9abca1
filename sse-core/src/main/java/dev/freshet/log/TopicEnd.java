package dev.freshet.log;

import dev.freshet.event.EventId;
import org.jspecify.annotations.Nullable;

/**
 * The end of a topic. Immutable and thread-safe.
 *
 * @param start the position at which the topic was started, or null if it was not
 * @param last the position of its last event
 * @param time when it ended, by {@link LogState#endTime}
 */
record TopicEnd(@Nullable EventId start, EventId last, long time) {}
