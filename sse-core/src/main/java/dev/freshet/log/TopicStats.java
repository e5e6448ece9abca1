package dev.freshet.log;

import dev.freshet.event.EventId;
import org.jspecify.annotations.Nullable;

/**
 * The state and figures of one topic at one moment. Immutable and thread-safe.
 *
 * @param state whether the topic is open, has ended, or is unknown
 * @param start the position of its start; null if it was not started, or is unknown
 * @param followers the number of streams that follow it in this process, 0 or more
 */
public record TopicStats(TopicState state, @Nullable EventId start, int followers) {}
