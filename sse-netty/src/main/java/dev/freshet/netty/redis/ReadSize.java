package dev.freshet.netty.redis;

import io.lettuce.core.StreamMessage;
import java.util.List;

/**
 * The number of entries that a tail reads at once. It is twice the number of the last reply, so that it is large only
 * if many entries are unread. It is bounded so that a reply has about 4 MiB, by the size of the largest entry read
 * lately. It is 1 at first, after an empty reply, and after a failure. Redis has no bound by bytes: a reply is larger
 * if many small entries are followed by as many large ones. Confined to the tail's thread.
 */
final class ReadSize {
    private static final int MOST = 1000;
    private static final long BYTES = 4 * 1024 * 1024;
    /** The divisor of the largest size by which the size decays with each entry. */
    private static final int DECAY = 1024;

    private final OwnThread own = new OwnThread();
    private int count = 1;
    private long largest = 1;

    /** Returns the number of entries to read next. */
    int count() {
        return count;
    }

    /** Adapts the number to a reply. */
    void answered(List<StreamMessage<String, byte[]>> messages) {
        assert own.isCurrent();
        for (StreamMessage<String, byte[]> message : messages) {
            long bytes = 0;
            for (byte[] value : message.getBody().values()) {
                bytes += value.length;
            }
            largest = Math.max(bytes, largest - largest / DECAY);
        }
        count = (int) Math.max(1, Math.min(Math.min(MOST, messages.size() * 2), BYTES / largest));
    }

    /** Resets the number after a failure. */
    void failed() {
        assert own.isCurrent();
        count = 1;
    }
}
