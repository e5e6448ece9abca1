/**
 * The request door and the fan-out on Netty.
 *
 * <p>The first word of a class's name is its family; a family knows only those below it, and what has none of these names is a
 * leaf that all may know, or a type of the application's:
 *
 * <pre>
 * Server      connections of an SseServer: TLS, protocol, pipeline, event loops, end
 *   Request     from a request to its answer: routes, policy, head, body, turn, the start of a stream
 *     Response    heads, refusals, order
 *       Reply       what an endpoint answers (SseReply, SseEndpoint, SseRequest; Generation: a topic from start to end)
 *         Hub         streams of topics: fan-out, copies, snapshots
 *         Publisher   streams of a publisher's events
 *           Stream      what both are: engine of one loop, limits, end, progress, framing
 *             Http2       frames of HTTP/2
 *   Incoming    bytes that requests hold while they come, and reading at their pace
 * </pre>
 *
 * <p>From a publish to the sockets, and from a request to a stream:
 *
 * <pre>
 * SseHub.publish -> HubFanout.wake -> HubDrain -> HubStream.writeNext -> HubBatchCopies -> socket, or Http2DataWriter
 * request -> RequestHandler -> RequestTurn -> RequestDispatch -> SseEndpoint
 *         -> SseReply.Subscribe -> RequestHubStart -> HubStream, in its loop's HubLoop
 *         -> SseReply.Stream -> RequestPublisherStart -> PublisherSubscriber -> PublisherStream
 *         -> HttpAnswer -> ResponseWriter
 * SseConnections.close, StreamShutdown, a lifetime -> StreamEnd -> EndPlace -> HubDrain   to the place, and the end
 * </pre>
 *
 * <p>The pipelines of a server, from the socket on; names in {@code HandlerNames}:
 *
 * <pre>
 * before the first request   timeouts, protocol; with TLS write-failures, no-renegotiation, tls, timeouts, protocol
 * HTTP/1.1                   timeouts, codec-bytes, codec, message-timeouts, requests
 *   the application's too    timeouts, codec-bytes, codec, message-timeouts, requests, [theirs], not-found
 *   from the first answer    timeouts, codec-bytes, backpressure, codec, message-timeouts, requests, requests-guard, [theirs], not-found
 *   hub's stream             requests (HubStream)
 *   publisher's stream       as from the first answer, with requests-publisher-stream behind requests
 * HTTP/2                     write-failures, backpressure, flush-consolidation, codec-bytes, codec, frame-rules, unread-data,
 *                            streams, connection
 *   a request's channel      pseudo-headers (until the head), request-end, data-writer, timeouts, codec, message-timeouts, requests
 *   hub's stream             request-end, data-writer, requests (HubStream)
 * </pre>
 *
 * <p>In a pipeline of somebody else the request handler takes the place and the name of the {@link
 * dev.freshet.netty.SseHandler}; see there for what stays before a stream.
 *
 * <p>Everything of one connection is confined to its channel's event loop; what may be called from elsewhere says so.
 */
package dev.freshet.netty;
