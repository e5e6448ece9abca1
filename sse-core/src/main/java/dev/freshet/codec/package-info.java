/**
 * {@code text/event-stream} as WHATWG HTML 9.2 defines it, both directions.
 *
 * <pre>
 * server:  SseEvent --EventEncoder--&gt; bytes
 * client:  bytes, in any chunks --EventDecoder--&gt; Sink
 * </pre>
 *
 * The encoder is stateless; the log calls it once for each published event. A decoder belongs to one stream. Neither does any I/O
 * of its own, and nothing here knows of ids' order, topics or connections.
 */
package dev.freshet.codec;
