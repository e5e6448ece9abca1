package dev.freshet.examples.faults;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/**
 * A publisher of one topic, which waits for the answer to each event before it sends the next. An event whose answer did
 * not come is not sent again, since it may have been published. For one thread.
 */
final class FaultPublisher implements Runnable {
    private static final long RETRY_NANOS = 5_000_000;
    private static final long PACE_NANOS = 500_000;

    private final Wire wire;
    private final HttpClient http;
    private final IntSupplier port;
    private final String topic;
    private final PublishedEvents published;
    private final int events;
    private final BooleanSupplier goesOn;

    /**
     * Creates a publisher.
     *
     * @param port asked for each event
     * @param events the least to publish
     * @param goesOn whether to publish more than these
     */
    FaultPublisher(
            Wire wire,
            HttpClient http,
            IntSupplier port,
            String topic,
            PublishedEvents published,
            int events,
            BooleanSupplier goesOn) {
        this.wire = wire;
        this.http = http;
        this.port = port;
        this.topic = topic;
        this.published = published;
        this.events = events;
        this.goesOn = goesOn;
    }

    @Override
    public void run() {
        try {
            while (published.count() < events || goesOn.getAsBoolean()) {
                int number = published.next();
                String data = new NumberedEvent(topic, number).data();
                if (publish(data)) {
                    published.acknowledge(number, data.getBytes(StandardCharsets.UTF_8).length);
                }
                LockSupport.parkNanos(PACE_NANOS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Publishes once; again only if the request surely was not sent. Returns whether it is acknowledged. */
    private boolean publish(String data) throws InterruptedException {
        while (true) {
            try {
                return send(wire, http, port.getAsInt(), topic, "message", data).statusCode() == 200;
            } catch (ConnectException e) {
                LockSupport.parkNanos(RETRY_NANOS);
            } catch (IOException e) {
                LockSupport.parkNanos(RETRY_NANOS);
                return false;
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    /** Publishes until it is acknowledged, possibly several times; returns the id. */
    static String publishSurely(Wire wire, HttpClient http, IntSupplier port, String topic, String type, String data)
            throws InterruptedException {
        while (true) {
            try {
                HttpResponse<String> answer = send(wire, http, port.getAsInt(), topic, type, data);
                if (answer.statusCode() == 200) {
                    return answer.body().replaceAll(".*\"id\":\"([^\"]+)\".*", "$1");
                }
            } catch (IOException e) {
                // the relay is not there
            }
            LockSupport.parkNanos(RETRY_NANOS);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    private static HttpResponse<String> send(
            Wire wire, HttpClient http, int port, String topic, String type, String data)
            throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(wire.uri(port, "/publish?topic=" + topic + "&type=" + type))
                        .timeout(Duration.ofSeconds(10))
                        .POST(BodyPublishers.ofString(data))
                        .build(),
                BodyHandlers.ofString());
    }
}
