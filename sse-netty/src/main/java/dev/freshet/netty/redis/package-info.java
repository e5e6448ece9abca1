/**
 * A hub's store on Redis Streams, for hubs in several processes. It needs Lettuce on the class path, which an application brings.
 *
 * <p>An append goes from any thread into the {@code Inbox} of an {@code Appender}, whose thread has a script append what waits there, in
 * batches, and completes each. Each tail is a {@code TailReader}, whose thread reads the stream and has a {@code Delivery} call the
 * sink. Both have another script check the stream where it may not be the one they know, by their {@code KnownPlaces}, which begins
 * another incarnation if it is not. A {@code Link} is the connection of one of these threads.
 */
package dev.freshet.netty.redis;
