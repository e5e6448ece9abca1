package dev.freshet.netty.redis;

import static dev.freshet.netty.redis.StreamEntry.bytes;

import java.security.SecureRandom;

/** Has Redis begin another incarnation where the stream is not the one that the store knows. Thread-safe. */
final class PositionCheck {
    private final String key;
    private final Newest newest;
    private final SecureRandom random = new SecureRandom();

    PositionCheck(String key, Newest newest) {
        this.key = key;
        this.newest = newest;
    }

    /** Makes sure that the stream is there, and has what the store knows; gives its newest id. */
    StreamId run(Link link) {
        return run(link, "");
    }

    /** And that no entry goes on the history of one of this incarnation, which did not follow what was read. */
    StreamId run(Link link, String astray) {
        String fresh = Integer.toUnsignedString(random.nextInt());
        byte[][] arguments = {bytes(newest.get().toString()), bytes(astray), bytes(fresh)};
        return StreamId.parse(
                Script.CHECK.run(link, new String[] {key}, arguments).get(0));
    }
}
