package dev.freshet.examples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;

/** A small server of streams that compresses each by itself, or says so and does not. */
final class DeflatingServer implements AutoCloseable {

    enum Answer {
        GZIP,
        /** The first stream as it is, the others compressed. */
        GZIP_BUT_FOR_THE_FIRST,
        IDENTITY,
        NO_GZIP_IN_TRUTH,
        BROTLI
    }

    private final Answer answer;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<OutputStream> streams = new ArrayList<>(); // guarded by itself

    DeflatingServer(Answer answer) throws IOException {
        this.answer = answer;
        this.server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 50);
        server.setExecutor(threads);
        server.createContext("/events", this::follow);
        server.createContext("/publish", this::publish);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/events";
    }

    private void follow(HttpExchange exchange) throws IOException {
        synchronized (streams) {
            boolean first = streams.isEmpty();
            boolean identity = answer == Answer.IDENTITY
                    || (first && answer == Answer.GZIP_BUT_FOR_THE_FIRST)
                    || !"gzip".equals(exchange.getRequestHeaders().getFirst("Accept-Encoding"));
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            if (!identity) {
                exchange.getResponseHeaders().set("Content-Encoding", answer == Answer.BROTLI ? "br" : "gzip");
            }
            exchange.sendResponseHeaders(200, 0);
            OutputStream body = exchange.getResponseBody();
            boolean plain = identity || answer == Answer.NO_GZIP_IN_TRUTH;
            OutputStream stream = plain ? body : new GZIPOutputStream(body, true);
            write(stream, ": hello\n\n");
            streams.add(stream);
        }
    }

    private void publish(HttpExchange exchange) throws IOException {
        String data = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        synchronized (streams) {
            for (OutputStream stream : streams) {
                write(stream, "data: " + data + "\n\n");
            }
        }
        exchange.sendResponseHeaders(204, -1);
        exchange.close();
    }

    private static void write(OutputStream stream, String text) {
        try {
            stream.write(text.getBytes(StandardCharsets.UTF_8));
            stream.flush(); // of a GZIPOutputStream, a sync flush
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
