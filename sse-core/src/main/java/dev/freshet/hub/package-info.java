/**
 * The hub, through which an application publishes events and a transport opens cursors.
 *
 * <pre>
 * in memory:   SseHub -> HubLog
 * on a store:  SseHub -> StoreWriter -> EventStore -> StoreTail -> HubLog
 *                            |                          |
 *                       TopicLeases &lt;-------------------+   renewals and ends of started topics
 * </pre>
 */
package dev.freshet.hub;
