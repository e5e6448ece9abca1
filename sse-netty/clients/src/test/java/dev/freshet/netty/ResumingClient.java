package dev.freshet.netty;

import dev.freshet.harness.Installed;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A client that does not come back by itself: a thread for each stream asks again after its last id. */
final class ResumingClient implements RealClient {
    private static final long DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** Asks for a stream. */
    @FunctionalInterface
    private interface Asking {
        InputStream ask(URI uri, String lastEventId) throws IOException, InterruptedException;
    }

    private final class Stream extends Thread {
        private final URI uri;
        private final Told told;
        private volatile @Nullable InputStream body;
        private volatile boolean left;

        Stream(String name, URI uri, Told told) {
            super(name);
            this.uri = uri;
            this.told = told;
        }

        @Override
        public void run() {
            String lastEventId = "";
            while (!left) {
                StreamParser parser = parsers.apply(told, lastEventId);
                try (InputStream in = asking.ask(uri, lastEventId)) {
                    body = in;
                    byte[] buffer = new byte[8192];
                    for (int n = left ? -1 : in.read(buffer); n >= 0; n = in.read(buffer)) {
                        parser.feed(buffer, n);
                    }
                } catch (IOException e) {
                    told.error(e.toString());
                } catch (InterruptedException e) {
                    return;
                }
                lastEventId = parser.lastEventId();
                LockSupport.parkNanos(DELAY_NANOS);
            }
        }

        void leave() {
            left = true;
            InputStream in = body;
            if (in != null) {
                try {
                    in.close();
                } catch (IOException e) {
                    // it is gone in any case
                }
            }
        }
    }

    private final Asking asking;
    private final BiFunction<Told, String, StreamParser> parsers;
    private final Function<String, Told> streams;
    private final Map<String, Stream> following = new ConcurrentHashMap<>();

    private ResumingClient(
            Asking asking, BiFunction<Told, String, StreamParser> parsers, Function<String, Told> streams) {
        this.asking = asking;
        this.parsers = parsers;
        this.streams = streams;
    }

    /** The JDK's, with a parser for its responses. */
    static RealClient jdk(Wire wire, BiFunction<Told, String, StreamParser> parsers, Function<String, Told> streams) {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(wire == Wire.TLS_HTTP_2 ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1);
        try {
            HttpClient client = builder.sslContext(Tls.trusting()).build();
            return new ResumingClient((uri, last) -> ask(client, uri, last), parsers, streams);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static InputStream ask(HttpClient client, URI uri, String lastEventId)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
        if (!lastEventId.isEmpty()) {
            request.header("Last-Event-ID", lastEventId);
        }
        HttpResponse<InputStream> response = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        if (response.statusCode() != 200) {
            response.body().close();
            throw new IOException("status: " + response.statusCode());
        }
        return response.body();
    }

    /** A process of curl for each response. */
    static RealClient curl(Wire wire, Function<String, Told> streams) {
        String curl = Installed.path("curl");
        Path certificate = DriverProcess.certificate();
        String version =
                switch (wire) {
                    case HTTP_1_1, TLS_HTTP_1_1 -> "--http1.1";
                    case TLS_HTTP_2 -> "--http2";
                    case PRIOR_KNOWLEDGE -> "--http2-prior-knowledge";
                };
        return new ResumingClient(
                (uri, last) -> {
                    List<String> command = new ArrayList<>(List.of(curl, "--silent", "--no-buffer", "--fail", version));
                    command.addAll(List.of("--cacert", certificate.toString()));
                    if (!last.isEmpty()) {
                        command.addAll(List.of("--header", "Last-Event-ID: " + last));
                    }
                    command.add(uri.toString());
                    return output(command);
                },
                StreamParser::standard,
                streams);
    }

    /** Closing it ends the process. */
    private static InputStream output(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return new FilterInputStream(process.getInputStream()) {
            @Override
            public void close() throws IOException {
                process.destroy();
                super.close();
            }
        };
    }

    @Override
    public void follow(String stream, URI uri) {
        Stream own = new Stream(stream, uri, streams.apply(stream));
        following.put(stream, own);
        own.start();
    }

    @Override
    public void leave(String stream) {
        Stream own = following.remove(stream);
        if (own != null) {
            own.leave();
        }
    }

    @Override
    public void close() {
        following.values().forEach(Stream::leave);
    }
}
