package dev.freshet.examples.faults;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where events are published. Thread-safe.
 *
 * @param port of the relay, asked for each request
 */
record PublishPort(Wire wire, HttpClient http, IntSupplier port) {
    static final long RETRY_NANOS = 5_000_000;

    /** How long to wait for the answer to a request that may be sent again. */
    private static final Duration UNTIL_AGAIN = Duration.ofSeconds(10);

    /**
     * Publishes until it is acknowledged, possibly several times.
     *
     * @return the id
     * @throws AssertionError if it is not acknowledged within {@link FaultLengths#PATIENCE}
     */
    String publishSurely(String topic, String type, String data) throws InterruptedException {
        String id = publish(topic, type, data, System.nanoTime() + FaultLengths.PATIENCE.toNanos());
        if (id == null) {
            throw new AssertionError(
                    type + " of topic " + topic + ": not acknowledged within " + FaultLengths.PATIENCE);
        }
        return id;
    }

    /**
     * Publishes until it is acknowledged, possibly several times.
     *
     * @param deadline by {@link System#nanoTime()}, after which it is not sent again
     * @return the id, or null if it is not acknowledged by then
     */
    @Nullable
    String publish(String topic, String type, String data, long deadline) throws InterruptedException {
        do {
            try {
                HttpResponse<String> answer = send(topic, type, data, UNTIL_AGAIN);
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
        } while (System.nanoTime() - deadline < 0);
        return null;
    }

    /** Sends one request, and waits so long for the answer. */
    HttpResponse<String> send(String topic, String type, String data, Duration longest)
            throws IOException, InterruptedException {
        return wire.send(
                http,
                HttpRequest.newBuilder(wire.uri(port.getAsInt(), "/publish?topic=" + topic + "&type=" + type))
                        .timeout(longest)
                        .POST(BodyPublishers.ofString(data))
                        .build(),
                BodyHandlers.ofString());
    }
}
