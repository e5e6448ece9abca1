package dev.freshet.netty.redis;

import io.lettuce.core.StreamMessage;
import java.util.List;

/**
 * How many entries a tail asks for at once: as many as are about 4 MiB, by the largest of those that were read lately, and one where an
 * answer did not come. Confined to the tail's thread.
 */
final class ReadSize {
    private static final int FIRST = 16;
    private static final int MOST = 1000;
    private static final long BYTES = 4 * 1024 * 1024;
    private static final int OF_LARGEST = 1024;

    private int count = FIRST;
    private long largest = 1;

    int count() {
        return count;
    }

    /** Twice as many the next time, if that is not too much. */
    void answered(List<StreamMessage<String, byte[]>> messages) {
        for (StreamMessage<String, byte[]> message : messages) {
            long bytes = 0;
            for (byte[] value : message.getBody().values()) {
                bytes += value.length;
            }
            largest = Math.max(bytes, largest - largest / OF_LARGEST);
        }
        if (!messages.isEmpty()) {
            count = (int) Math.max(1, Math.min(Math.min(MOST, count * 2), BYTES / Math.max(1, largest)));
        }
    }

    void failed() {
        count = 1;
    }
}
