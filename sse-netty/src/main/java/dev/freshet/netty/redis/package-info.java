/**
 * A hub's store on Redis Streams, for hubs in several processes. It needs Lettuce on the class path, which an application brings.
 *
 * <p>An append goes from any thread into the queue of an {@code Appender}, whose thread has a script append what waits there, a batch
 * at a time, and completes each. Each tail is a {@code TailReader}, whose thread reads the stream and calls the sink. Both have
 * another script check the stream where it may not be the one they know, which begins another incarnation if it is not. A
 * {@code Link} is the connection of one of these threads.
 */
package dev.freshet.netty.redis;
