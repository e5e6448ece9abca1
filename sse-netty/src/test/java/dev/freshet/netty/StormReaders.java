package dev.freshet.netty;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Thousands of clients of a {@link StormedServer} that come at once, all on the thread that calls; each reads all of its state. */
final class StormReaders implements AutoCloseable {
    private static final int EVENTS_BEHIND = 3;

    private final class Reader {
        final SocketChannel channel;
        private final EventNumbers numbers = new EventNumbers(this::event);
        private long states;
        private long at = -1;
        private long next = -1;
        private int behind;

        Reader() throws IOException {
            channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            channel.write(ByteBuffer.wrap(
                    "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, this);
        }

        /** Returns whether it has not ended before it was whole. */
        boolean read() throws IOException {
            buffer.clear();
            int length = channel.read(buffer);
            for (int i = 0; i < length && behind < EVENTS_BEHIND; i++) {
                numbers.take(buffer.get(i));
            }
            if (behind == EVENTS_BEHIND) {
                whole++;
                channel.close();
            }
            return length >= 0;
        }

        private void event(char kind, long number) {
            switch (kind) {
                case 's' -> faults += number == states++ && at < 0 ? 0 : 1;
                case 'a' -> {
                    faults += states == StormedServer.STATE_EVENTS && at < 0 ? 0 : 1;
                    at = number;
                }
                case 'n' -> {
                    boolean isDue = next < 0 ? at >= 0 && number <= at + 1 : number == next;
                    faults += isDue ? 0 : 1;
                    next = number + 1;
                    behind += number > at ? 1 : 0;
                }
                default -> {} // the stream's opening
            }
        }
    }

    private final int port;
    private final Selector selector = Selector.open();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
    private final List<Reader> readers = new ArrayList<>();

    /** Clients that got all of the state and what came after it, and what was not as it should be. */
    int whole;

    int faults;

    StormReaders(int port) throws IOException {
        this.port = port;
    }

    /** Until all are whole, or the time is over. */
    void run(int count, long nanos) throws IOException {
        long start = System.nanoTime();
        while (whole < count && System.nanoTime() - start < nanos) {
            for (int i = 0; i < 50 && readers.size() < count; i++) {
                readers.add(new Reader());
            }
            selector.select(this::read, 1);
        }
    }

    private void read(SelectionKey key) {
        try {
            if (!((Reader) key.attachment()).read()) {
                faults++;
                key.cancel();
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        for (Reader reader : readers) {
            reader.channel.close();
        }
        selector.close();
    }
}
