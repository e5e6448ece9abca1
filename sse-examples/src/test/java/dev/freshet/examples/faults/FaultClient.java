package dev.freshet.examples.faults;

import dev.freshet.codec.EventDecoder;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** A client that follows all topics, and comes back after its last event id whenever its stream ends. Thread-safe. */
final class FaultClient implements Runnable {
    private static final long RETRY_NANOS = 5_000_000;
    private static final int SMALL_BUFFER = 4096;

    private final Wire wire;
    private final IntSupplier port;
    private final String target;
    private final Duration silence;
    private final Pace pace;
    private final StreamCheck check;
    private final ConcurrentLinkedQueue<Long> recoveries = new ConcurrentLinkedQueue<>();
    private volatile boolean stopped;
    private volatile long lastRead = System.nanoTime();
    private volatile @Nullable WireStream open;
    private volatile @Nullable Throwable failure;

    // Confined to the thread that runs it.
    private HttpClient http;
    /** Whether the client of the JDK is new, because the one before had fallen back to another version of HTTP. */
    private boolean isRenewed;

    private String lastEventId;
    private long since;

    /**
     * Creates a client.
     *
     * @param port asked for each connection
     * @param from the id that it begins after
     * @param silence after which it takes its connection for dead
     * @param pace of its reading; a client that is not steady has a small receive buffer
     */
    FaultClient(
            Wire wire,
            HttpClient http,
            IntSupplier port,
            String target,
            String from,
            Duration silence,
            Pace pace,
            StreamCheck check) {
        this.wire = wire;
        this.http = http;
        this.port = port;
        this.target = target;
        this.lastEventId = from;
        this.silence = silence;
        this.pace = pace;
        this.check = check;
    }

    @Override
    public void run() {
        while (!stopped && !check.isAtEnd()) {
            EventDecoder decoder = new EventDecoder(this::received, lastEventId);
            try (WireStream stream = open()) {
                lastRead = System.nanoTime();
                open = stream;
                isRenewed = false;
                follow(stream, decoder);
            } catch (IOException e) {
                // cut, or not there yet
            } catch (InterruptedException e) {
                return;
            } catch (Wire.OtherVersionException e) {
                if (isRenewed) {
                    failure = e;
                    return;
                }
                isRenewed = true;
                http = wire.client(http.executor().orElseThrow());
            } catch (RuntimeException | Error e) {
                failure = e;
                return;
            }
            open = null;
            lastEventId = decoder.lastEventId();
            if (since == 0) {
                since = System.nanoTime();
            }
            LockSupport.parkNanos(RETRY_NANOS);
        }
    }

    private WireStream open() throws IOException, InterruptedException {
        int receiveBuffer = pace == Pace.STEADY ? 0 : SMALL_BUFFER;
        return wire.open(http, port.getAsInt(), target, lastEventId, receiveBuffer, silence);
    }

    private void follow(WireStream stream, EventDecoder decoder) throws IOException, InterruptedException {
        while (!stopped && !check.isAtEnd()) {
            byte[] bytes = stream.read(pace.beforeRead());
            if (bytes == null) {
                return;
            }
            lastRead = System.nanoTime();
            decoder.feed(ByteBuffer.wrap(bytes));
        }
    }

    private void received(String type, String data, String id) {
        if (since != 0 && !type.startsWith("stream-")) { // those open a stream that may end before its first event
            recoveries.add(System.nanoTime() - since);
            since = 0;
        }
        check.event(type, data, id);
    }

    /** Gives up a stream on which nothing came for too long. For a connection that has no timeout of its own. */
    void look() {
        if (pace == Pace.STEADY && System.nanoTime() - lastRead > silence.toNanos()) {
            closeOpen();
        }
    }

    /** Returns whether it has a stream, as far as it knows. */
    boolean isOpen() {
        return open != null;
    }

    /** Ends the stream now, as a client that goes away. */
    void stop() {
        stopped = true;
        closeOpen();
    }

    private void closeOpen() {
        WireStream stream = open;
        if (stream != null) {
            try {
                stream.close();
            } catch (IOException e) {
                // it is gone in any case
            }
        }
    }

    StreamCheck check() {
        return check;
    }

    /** Returns what ended the client, other than the end of its stream; null if nothing did. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    ClientResult result(Map<String, PublishedEvents> published) {
        return check.result(published);
    }

    /** Returns how often a published event came after the end of a stream. */
    int recovered() {
        return recoveries.size();
    }

    /** Returns how many nanoseconds passed from each end of a stream to the next published event. */
    List<Long> recoveries() {
        return List.copyOf(recoveries);
    }
}
