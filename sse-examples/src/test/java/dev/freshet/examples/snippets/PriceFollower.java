package dev.freshet.examples.snippets;

import dev.freshet.codec.EventDecoder;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Follows a stream on the calling thread, over reconnects, until it ends for good or the thread is interrupted. */
final class PriceFollower {
    private static final long LONGEST_WAIT = 30_000;

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private final EventDecoder.Sink sink;
    private String lastEventId = "";
    private long wait = 3_000;

    PriceFollower(EventDecoder.Sink sink) {
        this.sink = sink;
    }

    void follow(URI uri) throws InterruptedException {
        for (int failures = 0; ; ) {
            try {
                int status = read(uri);
                if (status != 200) {
                    if (status < 500) {
                        return; // 204: nothing more follows; 401, 403, 404: nor will it help to return
                    }
                    failures++;
                } else {
                    failures = 0;
                }
            } catch (IOException e) { // cut off, or not reached
                failures++;
            }
            long longest = Math.min(wait << Math.min(failures, 10), Math.max(wait, LONGEST_WAIT));
            Thread.sleep(ThreadLocalRandom.current().nextLong(longest / 2, longest + 1));
        }
    }

    private int read(URI uri) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).header("Accept", "text/event-stream");
        if (!lastEventId.isEmpty()) {
            request.header("Last-Event-ID", lastEventId);
        }
        HttpResponse<InputStream> response = client.send(request.build(), BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            if (response.statusCode() != 200) {
                return response.statusCode();
            }
            EventDecoder decoder = new EventDecoder(new Reconnecting(), lastEventId);
            byte[] part = new byte[8192];
            try {
                for (int n = body.read(part); n >= 0; n = body.read(part)) {
                    decoder.feed(ByteBuffer.wrap(part, 0, n));
                }
            } finally {
                lastEventId = decoder.lastEventId(); // of the last whole event
            }
            return 200;
        }
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
