package dev.freshet.examples.faults;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A publisher of one topic, which waits for the answer to each event before it sends the next. An event whose answer did
 * not come is not sent again, since it may have been published. For one thread.
 */
final class FaultPublisher implements Runnable {
    private static final long PACE_NANOS = 500_000;

    private final PublishPort relay;
    private final String topic;
    private final PublishedEvents published;
    private final int events;
    private final BooleanSupplier goesOn;
    private final BooleanSupplier waits;

    /**
     * Creates a publisher.
     *
     * @param events the least to publish
     * @param goesOn whether to publish more than these
     * @param waits whether to publish nothing for now
     */
    FaultPublisher(
            PublishPort relay,
            String topic,
            PublishedEvents published,
            int events,
            BooleanSupplier goesOn,
            BooleanSupplier waits) {
        this.relay = relay;
        this.topic = topic;
        this.published = published;
        this.events = events;
        this.goesOn = goesOn;
        this.waits = waits;
    }

    /** Publishes until there is no more to publish, or its thread is interrupted. */
    @Override
    public void run() {
        try {
            while (hasMore()) {
                if (waits.getAsBoolean()) {
                    pause();
                    continue;
                }
                int number = published.next();
                String data = new NumberedEvent(topic, number).data();
                if (publish(data)) {
                    published.acknowledge(number, data.getBytes(StandardCharsets.UTF_8).length);
                }
                pause();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean hasMore() {
        return published.count() < events || goesOn.getAsBoolean();
    }

    /** Publishes once; again only if the request surely was not sent. Returns whether it is acknowledged. */
    private boolean publish(String data) throws InterruptedException {
        do {
            try {
                return relay.send(topic, "message", data, FaultLengths.PATIENCE).statusCode() == 200;
            } catch (ConnectException e) {
                LockSupport.parkNanos(PublishPort.RETRY_NANOS);
            } catch (IOException e) {
                LockSupport.parkNanos(PublishPort.RETRY_NANOS);
                return false;
            }
            throwIfInterrupted();
        } while (hasMore());
        return false;
    }

    private static void pause() throws InterruptedException {
        LockSupport.parkNanos(PACE_NANOS);
        throwIfInterrupted();
    }

    private static void throwIfInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }
}
