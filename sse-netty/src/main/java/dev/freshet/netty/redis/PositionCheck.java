package dev.freshet.netty.redis;

import static dev.freshet.netty.redis.StreamEntry.bytes;

import java.util.ArrayList;
import java.util.List;

/**
 * The check that the stream is the one that the store knows. If it is not, Redis begins another incarnation. If Redis
 * takes no writes for now, a stream that passes the check can still be read. Thread-safe.
 */
final class PositionCheck {
    /**
     * The result of a check.
     *
     * @param newest the newest id of the stream
     * @param time in milliseconds since the epoch, by the clock of Redis
     */
    record Result(StreamId newest, long time) {}

    private static final byte[] YES = bytes("1");
    private static final byte[] NO = bytes("0");

    private final StoreOptions options;
    private final KnownPositions known;
    private final RedisCounts counts;

    PositionCheck(StoreOptions options, KnownPositions known, RedisCounts counts) {
        this.options = options;
        this.known = known;
        this.counts = counts;
    }

    /** Checks that the stream exists, and has the places that the store knows. */
    Result run(Link link) {
        return run(link, EntryPosition.NONE, false);
    }

    /**
     * Checks that the stream exists, and has the places that the store and a tail know.
     *
     * @param place the place that the tail has delivered
     * @param isDiverged whether the tail has read an entry that does not follow that place
     */
    Result run(Link link, EntryPosition place, boolean isDiverged) {
        List<byte[]> arguments = new ArrayList<>();
        arguments.add(bytes(Tokens.nextIncarnation()));
        arguments.add(bytes(Tokens.next()));
        arguments.add(isDiverged ? YES : NO);
        KnownPositions.add(arguments, place);
        known.addTo(arguments);
        String[] keys = {options.key(), options.headKey()};
        List<String> reply = run(link, keys, arguments.toArray(byte[][]::new));
        if (reply.get(2).equals(EntryReader.MARKER) && (!place.equals(EntryPosition.NONE) || !known.isNone())) {
            counts.checkFailed();
        }
        return new Result(StreamId.parse(reply.get(0)), Long.parseLong(reply.get(1)));
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
            if (!reply.get(2).isEmpty()) {
                throw e; // the check must write a marker or a note first
            }
            counts.readOnly(e.getMessage());
            return reply;
        }
    }
}
