/**
 * The event model: an event, its id, the outcome of a resume, and the conversion of a value to JSON text.
 *
 * <pre>
 * application --(SseEvent)--&gt; hub --(EventId)--&gt; application
 *                  |
 *             JsonWriter: value -&gt; data text, once, when the event is built
 * </pre>
 *
 * All types are values: applications build events, and every other package only reads them. This package does not
 * depend on the wire format; {@code dev.freshet.codec} converts events to bytes.
 */
package dev.freshet.event;
