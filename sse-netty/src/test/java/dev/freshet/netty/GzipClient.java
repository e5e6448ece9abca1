package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.codec.EventDecoder;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** A client of one stream that accepts gzip, and decodes what comes as it comes. */
final class GzipClient implements AutoCloseable {
    private final HttpResponse<InputStream> response;
    private int pings;
    private final Deque<String> events = new ArrayDeque<>();
    private final EventDecoder decoder = new EventDecoder((type, data, lastEventId) -> {
        if (type.equals("ping")) {
            pings++;
        } else if (!type.equals("stream-open")) {
            events.add(data);
        }
    });
    private final InputStream gunzip;
    private long wireBytes;
    private long decodedBytes;

    private GzipClient(HttpResponse<InputStream> response) throws IOException {
        this.response = response;
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-encoding")).hasValue("gzip");
        this.gunzip = new GZIPInputStream(new FilterInputStream(response.body()) {
            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                int read = super.read(into, offset, length);
                wireBytes += Math.max(0, read);
                return read;
            }
        });
    }

    static GzipClient open(HttpClient client, URI uri, String... headers) throws Exception {
        return new GzipClient(client.send(request(uri, headers), BodyHandlers.ofInputStream()));
    }

    /** Returns a request that accepts gzip. */
    static HttpRequest request(URI uri, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).header("Accept-Encoding", "gzip");
        return (headers.length == 0 ? request : request.headers(headers)).build();
    }

    static HttpClient client(Version version) throws Exception {
        return HttpClient.newBuilder()
                .sslContext(Tls.trusting())
                .version(version)
                .build();
    }

    Version version() {
        return response.version();
    }

    /** Returns the fields by which the response varies. */
    List<String> vary() {
        return response.headers().allValues("vary");
    }

    /** Returns the data of the next event. */
    String next() throws IOException {
        while (events.isEmpty()) {
            assertThat(feed()).as("the stream goes on").isTrue();
        }
        return events.remove();
    }

    /** Reads up to a heartbeat that is an event {@code ping}. */
    void awaitPing() throws IOException {
        for (int before = pings; pings == before; ) {
            assertThat(feed()).as("the stream goes on").isTrue();
        }
    }

    private boolean feed() throws IOException {
        byte[] some = new byte[8 << 10];
        int read = gunzip.read(some);
        if (read > 0) {
            decodedBytes += read;
            decoder.feed(ByteBuffer.wrap(some, 0, read));
        }
        return read > 0;
    }

    /** Reads up to the end of the body, whose check sum and length are those of what was decoded. */
    void assertEnds() throws IOException {
        while (feed()) {}
        assertThat(events).isEmpty();
    }

    long wireBytes() {
        return wireBytes;
    }

    long decodedBytes() {
        return decodedBytes;
    }

    @Override
    public void close() throws IOException {
        gunzip.close();
    }
}
