/**
 * Server-Sent Events on Netty: a server, a handler for existing pipelines, and the fan-out to their streams.
 *
 * <p>The first word of a class's name is its family; the exceptions are listed in {@code FamiliesTest.MEMBERS}. A
 * family depends only on those below it. A class of no family is a leaf, which all may depend on, or a type that
 * applications use:
 *
 * <pre>
 * Server      connections of an SseServer: TLS, protocol, pipeline, event loops, end
 *   Request     the way from a request to its response: routes, policy, head, body, call, the start of a stream
 *     Response    heads of responses, refusals, order, lingering close
 *       Reply       replies of endpoints (SseReply, SseEndpoint, SseRequest; Generation: a topic from start to end)
 *         Hub         streams of topics: fan-out, copies, snapshots
 *         Publisher   streams of a publisher's events
 *           Stream      streams of both kinds: those of one event loop, limits, end, progress, framing
 *             Http2       frames of HTTP/2
 *   Incoming    bytes that requests hold until they are answered, and pauses of reading
 * </pre>
 *
 * <p>The calls from a publish to the sockets, from a request to a stream, and from a close to its end:
 *
 * <pre>
 * SseHub.publish -> HubFanout.wake -> HubDrain -> HubStream.writeNext -> HubBatchCopies -> socket, or Http2DataWriter
 * request -> RequestHandler -> RequestEndpointCall -> RequestDispatch -> SseEndpoint
 *         -> SseReply.Subscribe -> RequestHubStart -> HubStream, in its loop's HubLoop
 *         -> SseReply.Stream -> RequestPublisherStart -> PublisherSubscriber -> PublisherStream
 *         -> HttpAnswer -> ResponseWriter
 * SseConnections.close, StreamShutdown, a lifetime -> StreamEnd -> EndPosition -> HubDrain   to the position, and the end
 * </pre>
 *
 * <p>The pipelines of a server, beginning at the socket. The names are those of {@code HandlerNames}, here without the
 * prefix {@code freshet-}; {@code [app]} are the application's handlers, if any. With TLS each pipeline of a connection
 * begins with write-failures, no-renegotiation (removed with TLS 1.3) and tls; without TLS only that of HTTP/2 has
 * write-failures:
 *
 * <pre>
 * listening socket           ServerAcceptor#0 and Netty's own acceptor, with the names that Netty generates
 * before the first request   timeouts, protocol
 * HTTP/1.1                   timeouts, codec-bytes, codec, message-timeouts, requests
 *   with application's       timeouts, codec-bytes, codec, message-timeouts, requests, [app], not-found
 *   from the first response  timeouts, codec-bytes, backpressure, codec, message-timeouts, requests, requests-guard, [app], not-found
 *   hub's stream             requests (HubStream)
 *   publisher's stream       as from the first response, with requests-publisher-stream behind requests
 * HTTP/2                     write-failures, backpressure, flush-consolidation, codec-bytes, codec, frame-rules, unread-data,
 *                            streams, connection
 *   a request's channel      pseudo-headers (until the head), request-end, data-writer, timeouts, codec, message-timeouts, requests
 *   with application's       as above, and [app], not-found
 *   from the first response  request-end, data-writer, timeouts, codec, message-timeouts, requests, requests-guard, [app], not-found
 *   hub's stream             request-end, data-writer, requests (HubStream)
 *   publisher's stream       as from the first response, with requests-publisher-stream behind requests
 * lingering close            lingering-close, before all others
 * </pre>
 *
 * <p>In an application's own pipeline the request handler replaces, under its name, the {@link
 * dev.freshet.netty.SseHandler}, whose documentation names the handlers that stay before a stream.
 *
 * <p>The state of one connection is confined to its channel's event loop. Types that other threads may call are
 * documented as such.
 */
package dev.freshet.netty;
