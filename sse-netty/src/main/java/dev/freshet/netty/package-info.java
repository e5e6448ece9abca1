/**
 * The request door and the fan-out on Netty.
 *
 * <pre>
 * SseServer -> ServerPipeline   TLS, then HTTP/1.1, or HTTP/2 with a child channel for each request
 *           -> SseHandler -> RequestHandler   one per channel: the requests that are an endpoint's
 *                              -> SseEndpoint  the application answers with an SseReply
 *                              -> Opening      cursor, head and opening frame; the pipeline becomes a stream's
 *                                   -> HubStream   one open stream, in a Framing; joins its loop's StreamLoop
 *                              -> RequestPublisherStart   subscription and head; the pipeline stays as it is
 *                                   -> PublisherStream       one open stream that ends; then the next request
 * SseHub.publish -> HubFanout.wake -> HubStream.drain   cursor -> slice -> socket, or Http2DataWriter -> window
 * SseConnections.close, shutdown, a lifetime -> StreamEnd -> EndPlace -> HubStream.drain   to the place, and the end
 * SseGeneration              a topic from its start to its end
 * SseSource -> Emission -> PublisherSource   plain code as a publisher
 * Flow.Publisher -> Intake   -> PublisherStream.drain       Demand: asked for what the socket has room for
 * </pre>
 *
 * <p>Everything of one connection is confined to its channel's event loop; what may be called from elsewhere says so.
 */
package dev.freshet.netty;
