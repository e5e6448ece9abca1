package dev.freshet.netty;

import dev.freshet.codec.EventEncoder;
import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.Deflater;

/**
 * Prints what binary data costs in base64 and by its address beside an event, of 64 KiB to 100 clients, and what a proxy saves
 * and pays that compresses a stream. A program, not a bench.
 */
public final class LimitsFigures {
    private static final int CLIENTS = 100;
    private static final int IMAGE_BYTES = 64 * 1024;
    private static final int WARM_UP = 100;
    private static final int ROUNDS = 200;
    private static final int TICKS = 100_000;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private LimitsFigures() {}

    /** Runs it; needs no arguments. */
    public static void main(String[] args) throws Exception {
        byte[] image = new byte[IMAGE_BYTES];
        new Random(1).nextBytes(image);
        SseHub hub = SseHub.create();
        SseServer server = SseServer.builder()
                .host("127.0.0.1")
                .port(0)
                .eventLoops(1)
                .transport(Transport.NIO)
                .endpoint("/events", request -> SseReply.subscribe(hub, "images"))
                .requests(pipeline -> pipeline.addLast(new Image(image)))
                .start();
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(new Client(server.address().getPort()));
        }
        for (int rounds : new int[] {WARM_UP, ROUNDS}) {
            images("in base64", rounds, clients, threads, hub, image, false);
            images("by its address", rounds, clients, threads, hub, image, true);
        }
        threads.shutdown();
        server.close();
        hub.close();
        compression();
    }

    private static void images(
            String how,
            int rounds,
            List<Client> clients,
            ExecutorService threads,
            SseHub hub,
            byte[] image,
            boolean byAddress)
            throws Exception {
        long bytes = 0;
        long publisher = 0;
        long loops = loopNanos();
        for (int round = 0; round < rounds; round++) {
            List<Future<Long>> received = new ArrayList<>();
            for (Client client : clients) {
                Callable<Long> receive = byAddress ? client::receiveAndFetch : client::receive;
                received.add(threads.submit(receive));
            }
            long began = THREADS.getCurrentThreadCpuTime();
            String data = byAddress ? "/images/" + round : Base64.getEncoder().encodeToString(image);
            hub.publish("images", SseEvent.of("image", data));
            publisher += THREADS.getCurrentThreadCpuTime() - began;
            for (Future<Long> one : received) {
                bytes += one.get();
            }
        }
        if (rounds == ROUNDS) {
            System.out.printf(
                    "an image of %d bytes %s: %d bytes and %.1f us of the server's CPU a client, %.0f us to publish%n",
                    image.length,
                    how,
                    bytes / rounds / CLIENTS,
                    (loopNanos() - loops) / 1e3 / rounds / CLIENTS,
                    publisher / 1e3 / rounds);
        }
    }

    private static long loopNanos() {
        long nanos = 0;
        for (ThreadInfo thread : THREADS.dumpAllThreads(false, false)) {
            if (thread.getThreadName().startsWith("freshet-")) {
                nanos += THREADS.getThreadCpuTime(thread.getThreadId());
            }
        }
        return nanos;
    }

    /** As a proxy does that sends each event at once. */
    private static void compression() {
        Random random = new Random(1);
        Deflater deflater = new Deflater(1, true);
        byte[] out = new byte[64 * 1024];
        long plain = 0;
        long compressed = 0;
        long began = THREADS.getCurrentThreadCpuTime();
        long encoding = 0;
        for (int i = 0; i < TICKS; i++) {
            long before = THREADS.getCurrentThreadCpuTime();
            String data = String.format(
                    "{\"symbol\":\"S%d\",\"price\":%.2f,\"volume\":%d,\"venue\":\"XETR\",\"currency\":\"EUR\"}",
                    random.nextInt(50), 10 + random.nextDouble() * 90, random.nextInt(10_000));
            byte[] event = EventEncoder.encode(SseEvent.builder()
                    .type("tick")
                    .data(data)
                    .id(new EventId(1_790_000_000_000L + i, 3_735_928_559L).toString())
                    .build());
            encoding += THREADS.getCurrentThreadCpuTime() - before;
            plain += event.length;
            deflater.setInput(event);
            compressed += deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
        }
        System.out.printf(
                "an event of %d bytes, compressed and flushed: %d bytes, %.1f us of CPU for each client%n",
                plain / TICKS,
                compressed / TICKS,
                (THREADS.getCurrentThreadCpuTime() - began - encoding) / 1e3 / TICKS);
        deflater.end();
    }

    /** What the application serves beside the streams. */
    private static final class Image extends SimpleChannelInboundHandler<HttpObject> {
        private final byte[] image;

        Image(byte[] image) {
            this.image = image;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, HttpObject msg) {
            if (msg instanceof HttpRequest) {
                ByteBuf body = Unpooled.wrappedBuffer(image);
                HttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, body);
                response.headers()
                        .set(HttpHeaderNames.CONTENT_TYPE, "image/png")
                        .set(HttpHeaderNames.CACHE_CONTROL, "max-age=31536000, immutable")
                        .set(HttpHeaderNames.CONTENT_LENGTH, image.length);
                ctx.writeAndFlush(response);
            }
        }
    }

    /** Two connections, as a browser has: the stream's, and one for the rest. */
    private static final class Client {
        private final InputStream stream;
        private final Socket rest;
        private final InputStream fetched;

        Client(int port) throws IOException {
            Socket socket = new Socket("127.0.0.1", port);
            stream = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
            socket.getOutputStream().write(request("/events"));
            rest = new Socket("127.0.0.1", port);
            fetched = new BufferedInputStream(rest.getInputStream(), 64 * 1024);
            readTo(stream, "\r\n\r\n");
            readTo(stream, "\n\n\r\n");
        }

        private static byte[] request(String path) {
            return ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        }

        long receive() throws IOException {
            return readTo(stream, "\n\n\r\n");
        }

        long receiveAndFetch() throws IOException {
            long event = receive();
            byte[] request = request("/images/1");
            rest.getOutputStream().write(request);
            return event + request.length + readTo(fetched, "\r\n\r\n") + fetched.readNBytes(IMAGE_BYTES).length;
        }

        private static long readTo(InputStream in, String end) throws IOException {
            int matched = 0;
            long read = 0;
            while (matched < end.length()) {
                int next = in.read();
                if (next < 0) {
                    throw new EOFException();
                }
                matched = next == end.charAt(matched) ? matched + 1 : next == end.charAt(0) ? 1 : 0;
                read++;
            }
            return read;
        }
    }
}
