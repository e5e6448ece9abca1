package dev.freshet.netty.redis;

import dev.freshet.netty.redis.RedisStoreException.Outcome;
import dev.freshet.store.EventStore;
import io.lettuce.core.RedisLoadingException;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.netty.util.concurrent.FastThreadLocalThread;
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

    private static final Logger logger = LoggerFactory.getLogger(RedisEventStore.class);

    private final StoreOptions options;
    private final Link link;
    private final KnownPlaces known;
    private final PositionCheck check;
    private final RedisCounts counts;
    private final EventStore.Sink sink;
    private final Delivery delivery;
    private final ReadSize size = new ReadSize();
    private final CompletableFuture<EventStore.Tail> started = new CompletableFuture<>();
    private final Thread thread = new FastThreadLocalThread(this, "freshet-redis-tail");
    private long startDeadline;

    private Runnable whenEnded = () -> {};
    private boolean isVersionKnown;
    private @Nullable StreamId keptAtStart;
    private volatile @Nullable String complaint;
    /** Read, and not delivered yet. */
    private volatile int behind;

    TailReader(
            StoreOptions options,
            Link link,
            KnownPlaces known,
            PositionCheck check,
            RedisCounts counts,
            EventStore.Sink sink) {
        this.options = options;
        this.link = link;
        this.known = known;
        this.check = check;
        this.counts = counts;
        this.sink = sink;
        this.delivery = new Delivery(sink);
        thread.setDaemon(true);
    }

    /** Completes once what was there is delivered, or fails. */
    CompletableFuture<EventStore.Tail> start(Runnable whenEnded) {
        startDeadline = System.nanoTime() + options.patience().toNanos();
        this.whenEnded = whenEnded;
        thread.start();
        return started;
    }

    @Override
    public void run() {
        try {
            while (!isOver()) {
                try {
                    pass();
                } catch (Link.Ended e) {
                    throw e;
                } catch (RedisStoreException e) {
                    failed(e);
                } catch (Throwable e) { // such as the sink's
                    if (complaint == null) {
                        logger.error("store: the tail failed", e);
                    }
                    failed(new RedisStoreException(Outcome.UNKNOWN, "store: the tail failed: " + e, e));
                }
            }
        } catch (Link.Ended e) {
            // closed
        } finally {
            started.completeExceptionally(Inbox.closed());
            link.close();
            whenEnded.run();
        }
    }

    /** Checks the stream, and reads it until nothing comes, or it is time to check again. */
    private void pass() {
        delivery.settle();
        if (!isVersionKnown) {
            ServerVersion.require(link.call(commands -> commands.info("server")));
            isVersionKnown = true;
        }
        StreamId kept = check.run(link, delivery.place(), delivery.isAstray()).newest();
        delivery.rewind(kept);
        if (keptAtStart == null) {
            keptAtStart = kept;
        }
        long checked = System.nanoTime();
        boolean isSound = true;
        while (isSound && System.nanoTime() - checked < BLOCK.toNanos()) {
            List<StreamMessage<String, byte[]>> messages = read();
            boolean wasAstray = delivery.isAstray();
            for (int i = 0; i < messages.size(); i++) {
                if (isOver()) {
                    throw new Link.Ended();
                }
                behind = messages.size() - i;
                delivery.take(messages.get(i));
            }
            behind = 0;
            known.read(delivery.place());
            recovered();
            if (messages.isEmpty() || !delivery.place().isBefore(keptAtStart)) {
                counts.started();
                started.complete(this);
            }
            isSound = !messages.isEmpty() && (wasAstray || !delivery.isAstray());
        }
    }

    private boolean isOver() {
        return link.isEnded() || !started.isDone() && sink.isOver();
    }

    private List<StreamMessage<String, byte[]>> read() {
        XReadArgs arguments = XReadArgs.Builder.count(size.count());
        if (started.isDone()) {
            arguments.block(BLOCK.toMillis());
        }
        StreamOffset<String> from = StreamOffset.from(options.key(), delivery.cursor());
        List<StreamMessage<String, byte[]>> messages;
        try {
            messages = link.await(link.send(commands -> commands.xread(arguments, from)), BLOCK);
        } catch (RedisStoreException e) {
            size.failed();
            throw e;
        }
        size.answered(messages);
        startDeadline = System.nanoTime() + options.patience().toNanos();
        return messages;
    }

    private void failed(RedisStoreException failure) {
        boolean isOfStart = !started.isDone();
        if (isOfStart && (!isPassing(failure) || System.nanoTime() - startDeadline > 0)) {
            counts.startFailed(failure.getMessage());
            started.completeExceptionally(failure);
            throw new Link.Ended();
        }
        if (!isOfStart && complaint == null) {
            complaint = failure.getMessage();
            logger.warn("store: the tail goes on as soon as it can: {}", complaint);
        }
        link.backOff();
    }

    /** Of a start: Redis is about to answer, or tells who does, or has answered already. */
    private boolean isPassing(RedisStoreException failure) {
        return failure.getCause() instanceof RedisLoadingException
                || Redirection.isMoved(failure)
                || Failures.isOfClients(failure)
                || failure.outcome() != Outcome.REFUSED && keptAtStart != null;
    }

    /** What was read was delivered, too. */
    private void recovered() {
        link.succeeded();
        if (complaint != null) {
            complaint = null;
            logger.info("store: the tail goes on after {}", delivery.place().id());
        }
    }

    int behind() {
        return behind;
    }

    /** Why nothing is read now, or null. */
    @Nullable
    String problem() {
        return complaint;
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
