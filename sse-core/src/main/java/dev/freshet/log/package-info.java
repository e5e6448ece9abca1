/**
 * The log: a hub appends to it what is published, and transports read from it.
 *
 * <pre>
 * SseHub, StoreTail -> HubLog.write -> TopicLog -> Segment .... release-store of the count
 *                       one lock, one order           ^
 * transport -> SseHub.open -> HubLog.open -> Cursor --+........ acquire-load of the count, no lock
 * </pre>
 *
 * <p>Only {@code dev.freshet.hub} writes a {@link dev.freshet.log.HubLog}. Transports open a {@link
 * dev.freshet.log.Cursor} through the hub, read {@link dev.freshet.log.Batch batches} from it on a thread of their own,
 * and register a {@link dev.freshet.log.Waker} to be notified when to read again.
 *
 * <p>Of the public types, applications name {@link dev.freshet.log.Retention}, {@link dev.freshet.log.TopicState},
 * {@link dev.freshet.log.TopicStats}, {@link dev.freshet.log.CursorLag}, {@link dev.freshet.log.Reset}, {@link
 * dev.freshet.log.FollowerListener} and the exceptions. Transports also name {@link dev.freshet.log.StartRequest},
 * {@link dev.freshet.log.Start}, {@link dev.freshet.log.Cursor}, {@link dev.freshet.log.Batch}, {@link
 * dev.freshet.log.TopicLog}, {@link dev.freshet.log.Waker}, {@link dev.freshet.log.EndPosition} and {@link
 * dev.freshet.log.Snapshot}. The others are public for the hub alone.
 *
 * <p>The package is not split into types that other packages name and types that they do not: a split would make 113
 * package-private members and 12 package-private types public, of {@code TopicLog} 29 members, {@code Segment} 18, {@code
 * Cursor} 12, {@code Snapshot} 9, and 45 of 14 other types. All of them would be public only because layers require it.
 */
package dev.freshet.log;
