package dev.freshet.netty;

import dev.freshet.log.Batch;

/**
 * One batch in a {@link HubSharedDeflate}. It refers to the units before it, back to the last keyframe.
 *
 * @param number its number in the stream, without gaps
 * @param isKeyframe whether it refers to nothing before it
 */
record HubDeflateUnit(HubSharedDeflate stream, long number, boolean isKeyframe, Batch batch, HubGzipBlock block) {}
