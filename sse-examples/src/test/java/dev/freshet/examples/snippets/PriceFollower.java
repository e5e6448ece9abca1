package dev.freshet.examples.snippets;

import dev.freshet.codec.EventDecoder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Follows a stream on the calling thread, over reconnects. */
class PriceFollower {
    private static final long LONGEST_WAIT = 30_000;

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private final EventDecoder.Sink sink;
    private final Duration silence;
    private String lastEventId = "";
    private long wait = 3_000;
    private int failures;

    /** {@code silence} is the time without a byte after which the connection is dead: 45 s are three heartbeats. */
    PriceFollower(EventDecoder.Sink sink, Duration silence) {
        this.sink = sink;
        this.silence = silence;
    }

    /**
     * Returns where nothing more follows. An exception of the sink is passed through, and so ends it earlier.
     *
     * @throws IllegalStateException if the status is one at which it does not help to come back
     */
    void follow(URI uri) throws InterruptedException {
        while (true) {
            long after = 0;
            try {
                HttpResponse<InputStream> response = send(uri);
                int status = response.statusCode();
                try (InputStream body = response.body()) {
                    if (status == 204) {
                        return;
                    } else if (status == 200) {
                        failures = 0;
                        read(body);
                    } else if (status == 408 || status == 429 || status >= 500) {
                        failures++;
                        after = retryAfter(response);
                    } else {
                        throw new IllegalStateException(uri + ": " + status + " (expected: 200)");
                    }
                }
            } catch (IOException e) { // cut off, silent for too long, or not reached
                failures++;
            }
            long longer = Math.min(wait << Math.min(failures, 10), Math.max(wait, LONGEST_WAIT));
            pause(Math.max(longer, after));
        }
    }

    /** Waits so many milliseconds, and up to half as many more, so that clients do not come back at once. */
    void pause(long millis) throws InterruptedException {
        Thread.sleep(ThreadLocalRandom.current().nextLong(millis, millis + millis / 2 + 1));
    }

    private HttpResponse<InputStream> send(URI uri) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).header("Accept", "text/event-stream");
        if (!lastEventId.isEmpty()) {
            request.header("Last-Event-ID", lastEventId);
        }
        CompletableFuture<HttpResponse<InputStream>> response =
                client.sendAsync(request.build(), BodyHandlers.ofInputStream());
        try {
            return response.get(silence.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException(uri.toString(), e);
        } finally {
            response.cancel(true); // has no effect once it is there
        }
    }

    private void read(InputStream body) throws IOException {
        EventDecoder decoder = new EventDecoder(new Reconnecting(), lastEventId);
        byte[] part = new byte[8192];
        try {
            for (int n = read(body, part); n >= 0; n = read(body, part)) {
                decoder.feed(ByteBuffer.wrap(part, 0, n));
            }
        } finally {
            lastEventId = decoder.lastEventId(); // of the last whole event
        }
    }

    /** Reads what there is. Closes the body, which ends the read, where nothing comes. */
    private int read(InputStream body, byte[] part) throws IOException {
        CompletableFuture<Void> watch = new CompletableFuture<>();
        watch.thenRun(() -> close(body));
        watch.completeOnTimeout(null, silence.toMillis(), TimeUnit.MILLISECONDS);
        try {
            return body.read(part);
        } finally {
            watch.cancel(false);
        }
    }

    private static void close(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Milliseconds; 0 where there is none, or a date. */
    private static long retryAfter(HttpResponse<?> response) {
        String seconds = response.headers().firstValue("Retry-After").orElse("");
        return seconds.matches("\\d{1,5}") ? Long.parseLong(seconds) * 1000 : 0;
    }

    /** Passes events on, and takes the reconnection time over. */
    private final class Reconnecting implements EventDecoder.Sink {
        @Override
        public void event(String type, String data, String lastEventId) {
            sink.event(type, data, lastEventId);
        }

        @Override
        public void retry(Duration time) {
            wait = Math.min(Math.max(time.toMillis(), 1), 86_400_000);
        }
    }
}
