/**
 * {@code text/event-stream} as WHATWG HTML 9.2 defines it, both directions.
 *
 * <pre>
 * server:  SseEvent --EventEncoder--&gt; bytes
 * client:  bytes, in any chunks --EventDecoder--&gt; Sink
 * </pre>
 *
 * The encoder is stateless; a hub calls it once for each published event. A decoder belongs to one stream. Neither does
 * any I/O of its own, and neither depends on topics, connections or the order of ids.
 */
package dev.freshet.codec;
