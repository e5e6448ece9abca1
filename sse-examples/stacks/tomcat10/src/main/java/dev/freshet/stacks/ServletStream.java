package dev.freshet.stacks;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.freshet.codec.EventEncoder;
import dev.freshet.event.SseEvent;
import dev.freshet.log.Batch;
import dev.freshet.log.Cursor;
import dev.freshet.log.Start;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A stream: a cursor in the log, and the response that it is written to. Thread-safe: the threads of the loop and of
 * the container hold its lock while they write. The container's thread also holds it while it reports an error.
 * Therefore it does not reuse the response for another request while the loop's thread is inside of a write that has
 * failed.
 */
final class ServletStream implements WriteListener, AsyncListener {
    private static final int BATCH_BYTES = 16 << 10;
    /** The bound of consecutive writes, so that a client that is far behind does not delay the others. */
    private static final int MOST_BATCHES = 16;

    private static final byte[] NOTHING = {};
    private static final byte[] HEARTBEAT = {':', '\n'};

    final Cursor cursor;
    private final StreamLoop loop;
    private final AsyncContext context;
    private final ServletOutputStream out;
    /** The bytes to write before the next batch. */
    private byte[] lines;

    private boolean isUnflushed;
    /** Whether the container accepts no bytes until its next callback, as at the beginning. */
    private boolean isBlocked = true;

    private boolean isEnding;
    private boolean isClosed;
    /** The time of the last write, or at which the container stopped accepting bytes. */
    private long since = System.nanoTime();

    ServletStream(StreamLoop loop, AsyncContext context, ServletOutputStream out, Start start) {
        this.loop = loop;
        this.context = context;
        this.out = out;
        this.cursor = start.cursor();
        SseEvent opening = SseEvent.builder()
                .type("stream-open")
                .data("{\"resume\":\"" + SseServlet.nameOf(start.outcome()) + "\"}")
                .id(start.id())
                .build();
        byte[] first = EventEncoder.encode(
                start.reset() == null ? opening : start.reset().toEvent(start.position()));
        this.lines = (retry(2_000, 4_000) + new String(first, UTF_8)).getBytes(UTF_8);
    }

    /** Returns a line with a reconnection time, which differs between clients. */
    static String retry(long minMillis, long maxMillis) {
        return "retry: " + ThreadLocalRandom.current().nextLong(minMillis, maxMillis) + "\n";
    }

    /** Continues to write. Called by the container's thread. */
    @Override
    public synchronized void onWritePossible() {
        isBlocked = false;
        drain();
    }

    /** Ends the stream. Called by the container's thread. */
    @Override
    public synchronized void onError(Throwable failure) {
        leave();
    }

    /** Writes the available events, as far as the container accepts them without blocking. */
    synchronized void drain() {
        if (isClosed) {
            return;
        }
        try {
            boolean isMore = !isBlocked;
            for (int batches = 0; isMore && !isClosed; batches++) {
                if (!out.isReady()) {
                    isBlocked = true;
                    since = System.nanoTime();
                    isMore = false;
                } else if (batches == MOST_BATCHES) {
                    loop.execute(this::drain);
                    isMore = false;
                } else {
                    isMore = writeNext();
                }
            }
            if (isBlocked && cursor.isLaggedOut()) {
                cut();
            }
        } catch (IOException | IllegalStateException e) {
            leave(); // the client has disconnected
        } catch (RuntimeException e) {
            cut(); // a thrown one would end the heartbeats and the timeouts of all streams
        }
    }

    /** Writes to a container that is ready. Returns whether there may be more to write. */
    private boolean writeNext() throws IOException {
        if (lines.length > 0) {
            write(lines);
            lines = NOTHING;
            return true;
        }
        Batch batch = isEnding ? Batch.CAUGHT_UP : cursor.next(BATCH_BYTES, null);
        if (batch.events() > 0) {
            byte[] events = new byte[batch.bytes().remaining()];
            batch.bytes().duplicate().get(events);
            write(events);
        } else if (batch != Batch.CAUGHT_UP) {
            isEnding = true;
            lines = (batch == Batch.LAGGED_OUT ? retry(5_000, 15_000) : retry(1_000, 2_000)).getBytes(US_ASCII);
        } else if (isUnflushed) {
            isUnflushed = false;
            out.flush(); // isReady is called again after it, or the container would not call back
        } else {
            if (isEnding) {
                isClosed = true;
                context.complete();
            }
            return false;
        }
        return true;
    }

    private void write(byte[] bytes) throws IOException {
        out.write(bytes);
        isUnflushed = true;
        since = System.nanoTime();
    }

    /** Checks the timeouts. Called at an interval. */
    synchronized void check(long now, Duration heartbeat, Duration writeTimeout) {
        if (isBlocked && now - since > writeTimeout.toNanos()) {
            cut();
        } else if (!isBlocked && now - since >= heartbeat.toNanos()) {
            lines = HEARTBEAT;
            drain();
        }
    }

    /** Ends the connection by an exception of the servlet: an end of the response would wait for the client. */
    synchronized void cut() {
        if (!isClosed) {
            leave();
            SseServlet.dispatch(context);
        }
    }

    private void leave() {
        isClosed = true;
        loop.execute(() -> loop.remove(this));
    }

    /**
     * Reports the completion to the loop. Called by the container's thread with a lock that a completion of a response
     * takes under the lock of the stream.
     */
    @Override
    public void onComplete(AsyncEvent event) {
        loop.execute(() -> loop.completed(this));
    }

    @Override
    public void onError(AsyncEvent event) {}

    @Override
    public void onTimeout(AsyncEvent event) {}

    @Override
    public void onStartAsync(AsyncEvent event) {}
}
