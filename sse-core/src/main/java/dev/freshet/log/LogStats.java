package dev.freshet.log;

/**
 * Figures of a hub's logs at one moment. Immutable and thread-safe.
 *
 * @param topics topics that are followed or retain something
 * @param published events appended since the start
 * @param events events retained
 * @param bytes their encoded bytes
 * @param held the memory that all takes, as it is counted against {@link Retention#hubBytes}
 */
public record LogStats(int topics, long published, long events, long bytes, long held) {}
