/**
 * The connections to the server under load. Scenarios open them, and read their results.
 *
 * <pre>
 * Publishers -> Publisher (one a URL) -> PublishingConnection -> Post, Answers, Retry  --POST--> server
 * Fleet -> Subscriber (one stream) -> SseStream, MarkScanner -> Order, Arrivals        <--GET--- server
 *   '-> Tally: lost? doubled? in order? late? -> Verdict
 * Probe -> SseStream: one more stream, for its ids
 * </pre>
 *
 * <p>A run has two event loops: one reads all streams, one publishes.
 */
package dev.freshet.examples.load.client;
