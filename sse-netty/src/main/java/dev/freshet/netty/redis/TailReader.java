package dev.freshet.netty.redis;

import dev.freshet.netty.redis.RedisStoreException.Outcome;
import dev.freshet.store.EventStore;
import io.lettuce.core.RedisLoadingException;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A tail: a thread that reads the stream from the last id that it read, and has the stream checked first, after each failure, and
 * whenever nothing came for a while. All but closing is its thread's.
 */
final class TailReader implements EventStore.Tail, Runnable {
    private static final Duration BLOCK = Duration.ofSeconds(5);
    private static final int MOST = 1000;
    /** Of what one answer brings. */
    private static final long BYTES = 4 * 1024 * 1024;

    private static final Logger logger = LoggerFactory.getLogger(RedisEventStore.class);

    private final StoreOptions options;
    private final Link link;
    private final Newest newest;
    private final PositionCheck check;
    private final Delivery delivery;
    private final CompletableFuture<EventStore.Tail> started = new CompletableFuture<>();
    private final Thread thread = new Thread(this, "freshet-redis-tail");
    private final long startDeadline;

    private Runnable whenEnded = () -> {};
    private boolean isVersionKnown;
    private @Nullable StreamId keptAtStart;
    private int count = 16;
    private @Nullable String complaint;

    TailReader(StoreOptions options, Link link, Newest newest, PositionCheck check, EventStore.Sink sink) {
        this.options = options;
        this.link = link;
        this.newest = newest;
        this.check = check;
        this.delivery = new Delivery(sink);
        this.startDeadline = System.nanoTime() + options.patience().toNanos();
        thread.setDaemon(true);
    }

    /** Completes once what was there is delivered, or fails. */
    CompletableFuture<EventStore.Tail> start(Runnable whenEnded) {
        this.whenEnded = whenEnded;
        thread.start();
        return started;
    }

    @Override
    public void run() {
        try {
            while (!link.isEnded()) {
                try {
                    pass();
                } catch (RedisStoreException e) {
                    failed(e);
                }
            }
        } catch (Link.Ended e) {
            // closed
        } catch (Throwable e) {
            logger.error("store: the tail has ended", e);
            started.completeExceptionally(e);
        } finally {
            started.completeExceptionally(new RedisStoreException(Outcome.UNKNOWN, "store: closed"));
            link.drop();
            whenEnded.run();
        }
    }

    /** Checks the stream, and reads it until nothing comes. */
    private void pass() {
        if (!isVersionKnown) {
            ServerVersion.require(link.call(commands -> commands.info("server")));
            isVersionKnown = true;
        }
        StreamId kept = check.run(link, delivery.astray());
        if (keptAtStart == null) {
            keptAtStart = kept;
        }
        recovered();
        boolean isSound = true;
        while (isSound) {
            List<StreamMessage<String, byte[]>> messages = read();
            boolean wasAstray = delivery.isAstray();
            for (StreamMessage<String, byte[]> message : messages) {
                if (link.isEnded()) {
                    throw new Link.Ended();
                }
                delivery.take(message);
            }
            newest.raise(delivery.place());
            if (messages.isEmpty() || delivery.place().compareTo(keptAtStart) >= 0) {
                started.complete(this);
            }
            isSound = !messages.isEmpty() && (wasAstray || !delivery.isAstray());
        }
    }

    private List<StreamMessage<String, byte[]>> read() {
        XReadArgs arguments = XReadArgs.Builder.count(count);
        if (started.isDone()) {
            arguments.block(BLOCK.toMillis());
        }
        StreamOffset<String> from =
                StreamOffset.from(options.key(), delivery.place().toString());
        List<StreamMessage<String, byte[]>> messages = link.call(commands -> commands.xread(arguments, from), BLOCK);
        long bytes = 0;
        for (StreamMessage<String, byte[]> message : messages) {
            for (byte[] value : message.getBody().values()) {
                bytes += value.length;
            }
        }
        count = bytes > BYTES ? Math.max(1, count / 2) : Math.min(MOST, count * 2);
        return messages;
    }

    private void failed(RedisStoreException failure) {
        boolean isOfStart = !started.isDone();
        if (isOfStart
                && (!(failure.getCause() instanceof RedisLoadingException) || System.nanoTime() - startDeadline > 0)) {
            started.completeExceptionally(failure);
            throw new Link.Ended();
        }
        if (!isOfStart && complaint == null) {
            complaint = failure.getMessage();
            logger.warn("store: the tail goes on as soon as it can: {}", complaint);
        }
        link.backOff();
    }

    private void recovered() {
        if (complaint != null) {
            complaint = null;
            logger.info("store: the tail goes on after {}", delivery.place());
        }
    }

    @Override
    public void close() {
        link.end();
        if (Thread.currentThread() == thread) {
            return;
        }
        boolean isInterrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
