/**
 * The one log: what a hub publishes, and what a transport reads from.
 *
 * <pre>
 * SseHub -> HubLog.append -> TopicLog -> Segment ...... release-store of the count
 *             one lock, one order           ^
 * transport -> HubLog.open -> Cursor -------+.......... acquire-load of the count, no lock
 * </pre>
 *
 * <p>{@link dev.freshet.log.HubLog} is written by {@code dev.freshet.hub} only; transports open a
 * {@link dev.freshet.log.Cursor} through the hub, read {@link dev.freshet.log.Batch batches} from it on a thread of
 * their own, and register a {@link dev.freshet.log.Waker} to hear when to read again.
 */
package dev.freshet.log;
