/**
 * HTTP/1.1 as it is on the wire: connections whose bytes a check sees as they came. Nothing here forgives what a server
 * does wrong, and nothing retries.
 *
 * <pre>
 * Address -> Connection -> Head -> Body: the parts of the content, as they arrive
 * </pre>
 */
package dev.freshet.examples.conformance.wire;
