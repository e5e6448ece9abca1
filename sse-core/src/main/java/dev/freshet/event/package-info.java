/**
 * What is published: an event, its id, and the way a value becomes its JSON text.
 *
 * <pre>
 * application --(SseEvent)--&gt; hub --(EventId)--&gt; application
 *                  |
 *             JsonWriter: value -&gt; data text, once, when the event is built
 * </pre>
 *
 * Everything here is a value: applications build events, every other package only reads them. This package knows nothing of
 * the wire; {@code dev.freshet.codec} turns events into bytes.
 */
package dev.freshet.event;
