/**
 * The connections to the server under load. Scenarios open them, and read their results.
 *
 * <pre>
 * Publishers -> Publisher (one a URL) -> PublishingConnection -> Post, Answers, Retry  --POST--> server
 * Fleet -> Subscriber (one stream) -> SseStream, MarkScanner -> Order, Arrivals
 *   |                                     ^  '-> GzipMember -> Compression
 *   |-> Connector -> Http1Stream (one), Http2Streams (some)                             <--GET--- server
 *   '-> Tally: lost? doubled? in order? late? -> Verdict
 * Probe -> SseStream: one more stream, for its ids
 * </pre>
 *
 * <p>A {@link Target} has a {@link Wire}: the protocol, and what a client asks for and trusts.
 *
 * <p>A run has two event loops: one reads all streams, one publishes.
 */
package dev.freshet.examples.load.client;
