package dev.freshet.netty.redis;

import static dev.freshet.netty.redis.StreamEntry.bytes;

import java.util.ArrayList;
import java.util.List;

/**
 * The check that the stream has the recorded positions of the store. If it does not, Redis begins another incarnation.
 * If Redis currently accepts no writes, a stream that passes the check can still be read. Thread-safe.
 */
final class PositionCheck {
    /**
     * The result of a check.
     *
     * @param newest the newest id of the stream
     * @param time the time of the check in milliseconds since the epoch, by the clock of Redis
     * @param added the number of entries that were ever added to the stream
     * @param length the number of entries that the stream has
     */
    record Result(StreamId newest, long time, long added, long length) {}

    private static final byte[] YES = bytes("1");
    private static final byte[] NO = bytes("0");

    // The places in the reply of the script.
    private static final int NEWEST = 0;
    private static final int TIME = 1;
    private static final int ENVELOPE = 2;
    private static final int ADDED = 3;
    private static final int LENGTH = 4;

    private final StoreOptions options;
    private final KnownPositions known;
    private final RedisCounts counts;

    PositionCheck(StoreOptions options, KnownPositions known, RedisCounts counts) {
        this.options = options;
        this.known = known;
        this.counts = counts;
    }

    /** Checks that the stream exists, and has the recorded positions of the store. */
    Result run(Link link) {
        return run(link, EntryPosition.NONE, false);
    }

    /**
     * Checks that the stream exists, and has the recorded positions of the store and the position of a tail.
     *
     * @param position the position that the tail has delivered
     * @param isDiverged whether the tail has read an entry that does not follow that position
     */
    Result run(Link link, EntryPosition position, boolean isDiverged) {
        List<byte[]> arguments = new ArrayList<>();
        arguments.add(bytes(Tokens.nextIncarnation()));
        arguments.add(bytes(Tokens.next()));
        arguments.add(isDiverged ? YES : NO);
        KnownPositions.add(arguments, position);
        known.addTo(arguments);
        String[] keys = {options.key(), options.headKey()};
        List<String> reply = run(link, keys, arguments.toArray(byte[][]::new));
        if (reply.get(ENVELOPE).equals(EntryReader.MARKER)
                && (!position.equals(EntryPosition.NONE) || !known.isNone())) {
            counts.checkFailed();
        }
        return new Result(
                StreamId.parse(reply.get(NEWEST)),
                Long.parseLong(reply.get(TIME)),
                Long.parseLong(reply.get(ADDED)),
                Long.parseLong(reply.get(LENGTH)));
    }

    private List<String> run(Link link, String[] keys, byte[][] arguments) {
        try {
            List<String> reply = Script.CHECK.run(link, keys, arguments);
            counts.checked();
            return reply;
        } catch (RedisStoreException e) {
            if (!Failures.isOfWrites(e)) {
                throw e;
            }
            List<String> reply = Script.READ_ONLY_CHECK.run(link, keys, arguments);
            if (!reply.get(ENVELOPE).isEmpty()) {
                throw e; // a marker or a note must be written first
            }
            counts.readOnly(e.getMessage());
            return reply;
        }
    }
}
