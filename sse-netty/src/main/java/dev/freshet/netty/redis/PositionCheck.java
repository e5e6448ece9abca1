package dev.freshet.netty.redis;

import static dev.freshet.netty.redis.StreamEntry.bytes;

import java.util.ArrayList;
import java.util.List;

/**
 * Has Redis begin another incarnation where the stream is not the one that the store knows. Where Redis takes no writes for now, a
 * stream that is the one is read on. Thread-safe.
 */
final class PositionCheck {
    /**
     * What the stream is like.
     *
     * @param newest its newest id
     * @param time in milliseconds since the epoch, by Redis's clock
     */
    record Answer(StreamId newest, long time) {}

    private static final byte[] YES = bytes("1");
    private static final byte[] NO = bytes("0");

    private final StoreOptions options;
    private final KnownPlaces known;
    private final RedisCounts counts;

    PositionCheck(StoreOptions options, KnownPlaces known, RedisCounts counts) {
        this.options = options;
        this.known = known;
        this.counts = counts;
    }

    /** Makes sure that the stream is there, and has what the store knows. */
    Answer run(Link link) {
        return run(link, Place.NONE, false);
    }

    /**
     * And what a tail knows.
     *
     * @param isAstray whether it read an entry that does not follow its place
     */
    Answer run(Link link, Place place, boolean isAstray) {
        List<byte[]> arguments = new ArrayList<>();
        arguments.add(bytes(Tokens.nextIncarnation()));
        arguments.add(bytes(Tokens.next()));
        arguments.add(isAstray ? YES : NO);
        KnownPlaces.add(arguments, place);
        known.addTo(arguments);
        String[] keys = {options.key(), options.headKey()};
        List<String> answer = run(link, keys, arguments.toArray(byte[][]::new));
        if (answer.get(2).equals(EntryReader.MARKER) && (!place.equals(Place.NONE) || !known.isNone())) {
            counts.checkFailed();
        }
        return new Answer(StreamId.parse(answer.get(0)), Long.parseLong(answer.get(1)));
    }

    private List<String> run(Link link, String[] keys, byte[][] arguments) {
        try {
            List<String> answer = Script.CHECK.run(link, keys, arguments);
            counts.checked();
            return answer;
        } catch (RedisStoreException e) {
            if (!Failures.isOfWrites(e)) {
                throw e;
            }
            List<String> answer = Script.READ_ONLY_CHECK.run(link, keys, arguments);
            if (!answer.get(2).isEmpty()) {
                throw e; // it is to write first
            }
            counts.readOnly(e.getMessage());
            return answer;
        }
    }
}
