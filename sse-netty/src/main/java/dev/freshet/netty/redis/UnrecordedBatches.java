package dev.freshet.netty.redis;

import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The batches in flight of an appender of which Redis keeps no record, after one of them has failed. */
final class UnrecordedBatches {
    private UnrecordedBatches() {}

    /**
     * Waits for the reply to each batch that was sent, and completes each that was appended or may have been, and those
     * before it. The others were not appended, and none after them was: they stay in the window, and can be sent again
     * in their order.
     *
     * @param window the batches, the oldest first
     * @param why the failure of those that are not appended
     * @param acknowledge takes the reply to the oldest batch, which was appended, and removes it from the window
     */
    static void settle(Deque<Batch> window, Link link, RedisStoreException why, Consumer<List<String>> acknowledge) {
        for (Batch batch : List.copyOf(window)) {
            if (batch.reply() == null) {
                return;
            }
            List<String> reply = reply(batch, link);
            List<String> done = reply != null && reply.get(0).equals("DONE") ? reply : null;
            if (done == null && !batch.isUncertain()) {
                continue;
            }
            while (window.peek() != batch) {
                window.remove().fail(why);
            }
            if (done == null) {
                window.remove().fail(why);
            } else {
                acknowledge.accept(done);
            }
        }
    }

    /** Returns the reply, or null if there is none; marks the batch if it may have been appended all the same. */
    private static @Nullable List<String> reply(Batch batch, Link link) {
        try {
            return Script.text(link.await(Objects.requireNonNull(batch.reply())));
        } catch (RedisStoreException e) {
            if (Failures.mayBeAppended(e)) {
                batch.markUncertain();
            }
        }
        return null;
    }
}
