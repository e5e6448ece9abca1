package dev.freshet.netty.redis;

import io.lettuce.core.StreamMessage;
import java.util.List;

/**
 * How many entries a tail asks for at once: twice as many as came the last time, so that it is many only where many wait; as many as are
 * about 4 MiB, by the largest of those that were read lately; and one at first, behind a silence, and where an answer did not come.
 * Redis has no bound by bytes: an answer is larger where many small entries waited and as many large ones behind them. Confined to
 * the tail's thread.
 */
final class ReadSize {
    private static final int MOST = 1000;
    private static final long BYTES = 4 * 1024 * 1024;
    private static final int OF_LARGEST = 1024;

    private int count = 1;
    private long largest = 1;

    int count() {
        return count;
    }

    void answered(List<StreamMessage<String, byte[]>> messages) {
        for (StreamMessage<String, byte[]> message : messages) {
            long bytes = 0;
            for (byte[] value : message.getBody().values()) {
                bytes += value.length;
            }
            largest = Math.max(bytes, largest - largest / OF_LARGEST);
        }
        count = (int) Math.max(1, Math.min(Math.min(MOST, messages.size() * 2), BYTES / largest));
    }

    void failed() {
        count = 1;
    }
}
