package dev.freshet.netty;

import org.jspecify.annotations.Nullable;

/**
 * How a generation is followed: its stream begins with nothing of the hub's. Immutable and thread-safe.
 *
 * @param unknown what is answered where the hub does not know it; null to follow it all the same
 */
record Following(@Nullable SseReply unknown) {}
