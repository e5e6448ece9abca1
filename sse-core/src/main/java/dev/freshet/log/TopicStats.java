package dev.freshet.log;

import dev.freshet.event.EventId;
import org.jspecify.annotations.Nullable;

/**
 * What a hub knows of one topic at one moment. Immutable and thread-safe.
 *
 * @param state whether it is open, has ended, or is unknown
 * @param start where it was started; null where it was not, or is unknown
 * @param followers how many streams follow it in this process, 0 or more
 */
public record TopicStats(TopicState state, @Nullable EventId start, int followers) {}
