package dev.freshet.netty.redis;

import dev.freshet.logging.LogText;
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

/**
 * A tail: a thread that reads the stream after the last id that it read. It checks the stream first, after each
 * failure, and after each read without an entry. Confined to its thread, except for {@link #start}, {@link #close},
 * {@link #behind} and {@link #problem}.
 */
final class TailReader implements EventStore.Tail, Runnable {
    /** The time that a read blocks in Redis, and the time after which the stream is checked again. */
    private static final Duration BLOCK = Duration.ofSeconds(5);

    private static final Logger logger = RedisLogger.LOGGER;

    private final StoreOptions options;
    private final Link link;
    private final KnownPositions known;
    private final PositionCheck check;
    private final RedisCounts counts;
    private final EventStore.Sink sink;
    private final Delivery delivery;
    private final ReadSize size = new ReadSize();
    private final UnreadEntries unread = new UnreadEntries();
    private final CompletableFuture<EventStore.Tail> started = new CompletableFuture<>();
    private final Thread thread = new FastThreadLocalThread(this, "freshet-redis-tail");
    private long startDeadline;

    private Runnable whenEnded = () -> {};
    private boolean isVersionKnown;
    /** The newest id at the first check; the tail has begun once it is delivered. Null before the check. */
    private @Nullable StreamId newestAtStart;
    /** The reason why the tail, which has begun, cannot read now; null if it can. */
    private volatile @Nullable String problem;

    TailReader(
            StoreOptions options,
            Link link,
            KnownPositions known,
            PositionCheck check,
            RedisCounts counts,
            EventStore.Sink sink) {
        this.options = options;
        this.link = link;
        this.known = known;
        this.check = check;
        this.counts = counts;
        this.sink = sink;
        this.delivery = new Delivery(sink, known.session());
        thread.setDaemon(true);
    }

    /**
     * Starts the thread.
     * @param whenEnded an action to run on the thread at its end
     * @return a future that completes once the entries of the stream at the start are delivered; it fails if they
     *     cannot be read
     */
    CompletableFuture<EventStore.Tail> start(Runnable whenEnded) {
        startDeadline = System.nanoTime() + options.timeout().toNanos();
        this.whenEnded = whenEnded;
        thread.start();
        return started;
    }

    @Override
    public void run() {
        try {
            while (!isOver()) {
                try {
                    checkAndRead();
                } catch (Link.Ended e) {
                    throw e;
                } catch (RedisStoreException e) {
                    backOff(e);
                } catch (Throwable e) { // such as an exception of the sink
                    if (problem == null) {
                        logger.error("store: the tail failed", LogText.escaped(e));
                    }
                    backOff(new RedisStoreException(
                            Outcome.UNKNOWN, "store: the tail failed: " + LogText.textOf(e), e));
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

    /** Checks the stream, and reads it until a read has no entry, an entry diverges, or another check is due. */
    private void checkAndRead() {
        assert Thread.currentThread() == thread;
        delivery.reportLoss();
        if (!isVersionKnown) {
            ServerVersion.require(link.call(commands -> commands.info("server")));
            isVersionKnown = true;
        }
        PositionCheck.Result found = check.run(link, delivery.position(), delivery.isDiverged());
        StreamId newest = found.newest();
        delivery.rewind(newest);
        unread.checked(found, delivery.hasRead(newest));
        if (newestAtStart == null) {
            newestAtStart = newest;
        }
        long checked = System.nanoTime();
        boolean isSound = true;
        while (isSound && System.nanoTime() - checked < BLOCK.toNanos()) {
            List<StreamMessage<String, byte[]>> messages = read();
            boolean wasDiverged = delivery.isDiverged();
            unread.received(messages.size());
            for (StreamMessage<String, byte[]> message : messages) {
                if (isOver()) {
                    throw new Link.Ended();
                }
                delivery.accept(message);
                unread.delivered();
                if (!unread.isCheckedRead() && delivery.hasRead(newest)) {
                    unread.reachedChecked();
                }
            }
            if (messages.isEmpty()) {
                unread.reachedChecked();
            }
            known.read(delivery.position(), delivery.own());
            recovered();
            if (messages.isEmpty() || !delivery.position().isBefore(newestAtStart)) {
                counts.started();
                started.complete(this);
            }
            isSound = !messages.isEmpty() && (wasDiverged || !delivery.isDiverged());
        }
    }

    /** Returns whether the tail is closed, or its sink is over before the tail has begun. */
    private boolean isOver() {
        return link.isEnded() || !started.isDone() && sink.isOver();
    }

    private List<StreamMessage<String, byte[]>> read() {
        assert Thread.currentThread() == thread;
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
        startDeadline = System.nanoTime() + options.timeout().toNanos();
        return messages;
    }

    /** Backs off after a failure, or fails the start. */
    private void backOff(RedisStoreException failure) {
        assert Thread.currentThread() == thread;
        boolean isOfStart = !started.isDone();
        if (isOfStart && (!isTransient(failure) || System.nanoTime() - startDeadline > 0)) {
            counts.startFailed(failure.getMessage());
            started.completeExceptionally(failure);
            throw new Link.Ended();
        }
        if (!isOfStart && problem == null) {
            problem = failure.getMessage();
            logger.warn("store: the tail is interrupted, and retries: {}", problem);
        }
        link.backOff();
    }

    /**
     * Returns whether a start is retried after a failure: Redis is loading its data, has redirected to another node,
     * has too many connections, has closed the connection, or has replied before and has not rejected the command.
     */
    private boolean isTransient(RedisStoreException failure) {
        return failure.getCause() instanceof RedisLoadingException
                || Redirection.isMoved(failure)
                || Failures.isOfClients(failure)
                || Failures.isClosedUnanswered(failure)
                || failure.outcome() != Outcome.REFUSED && newestAtStart != null;
    }

    /** Ends a problem, and resets the back-off, after entries were read and delivered. */
    private void recovered() {
        link.succeeded();
        if (problem != null) {
            problem = null;
            logger.info(
                    "store: the tail continues after {}", delivery.position().id());
        }
    }

    /**
     * Returns the number of entries that the stream had at the latest check, or that were read since, and that are not
     * delivered yet. Thread-safe.
     */
    long behind() {
        return unread.count();
    }

    /** Returns the reason why the stream cannot be read now, or null. Thread-safe. */
    @Nullable
    String problem() {
        return problem;
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
