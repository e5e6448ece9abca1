/**
 * A hub's event store on Redis Streams, for hubs in several processes. It requires Lettuce on the class path, which the
 * application adds.
 *
 * <p>An append goes from any thread into the {@code Inbox} of an {@code Appender}. Its thread appends the waiting
 * entries in batches, with the script {@code append.lua}, and completes each append. Each tail is a {@code TailReader},
 * whose thread reads the stream, and whose {@code Delivery} calls the sink. Both check with the script {@code
 * check.lua} that the stream has the recorded {@code KnownPositions}. A {@code Link} is the connection of one of these
 * threads.
 *
 * <p>A <em>history</em> is a sequence of entries, each of which has the {@code EntryPosition} of the one before it: its
 * id and its token. A history has an <em>incarnation</em>, a random number of 32 bits, and begins with a
 * <em>marker</em>, an entry of its own. The check appends a marker if the stream does not have the recorded positions.
 * A <em>note</em> is an entry that the check appends to an empty stream, to continue a history whose entries are all
 * trimmed. The <em>head</em> is a key with the position of the newest entry and its incarnation. The <em>record</em> of
 * an appender is a key with the results of its latest batches; with {@link dev.freshet.netty.redis.Idempotence#NONE}
 * there is none, and {@code UnrecordedBatches} decides what can be sent again.
 *
 * <p>The counters of {@code XINFO STREAM}, which are {@code recorded-first-entry-id}, {@code entries-added} and {@code
 * max-deleted-entry-id}, are not used: they tell that entries are gone, but an older copy and a replica that lacks
 * entries have sound counters, too. As each entry has the position of the one before it, a missing entry is found by
 * the one that follows it, whatever removed it, and an entry of another history by its token. Redis 7.0 is required for
 * the flags of the scripts ({@code no-writes}, {@code allow-oom}) and for {@code redis.acl_check_cmd}.
 */
package dev.freshet.netty.redis;
