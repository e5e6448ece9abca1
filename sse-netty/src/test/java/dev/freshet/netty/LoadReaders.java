package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * Readers of a {@link LoadedServer}, all on the thread that calls: healthy ones, whose events must have no gap, slow ones, and
 * such as never read. Who is cut off comes back.
 */
final class LoadReaders implements AutoCloseable {
    private static final int SLOW_BYTES = 64 << 10;
    private static final int SMALL_BUFFER = 4 << 10;
    private static final long MOST_MORE_NANOS = TimeUnit.SECONDS.toNanos(60);
    /** Seconds after which a stuck one comes back at the latest. */
    private static final int TURNS = 10;

    enum Kind {
        HEALTHY,
        SLOW,
        STUCK
    }

    private final class Reader {
        final Kind kind;
        final int topic;
        SocketChannel channel;
        private long next = -1;
        private EventNumbers numbers = new EventNumbers(this::event);

        Reader(Kind kind, int topic) throws IOException {
            this.kind = kind;
            this.topic = topic;
            this.channel = connect();
        }

        private SocketChannel connect() throws IOException {
            SocketChannel opened = SocketChannel.open();
            if (kind != Kind.HEALTHY) {
                opened.setOption(StandardSocketOptions.SO_RCVBUF, SMALL_BUFFER);
            }
            opened.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            opened.write(ByteBuffer.wrap(
                    ("GET /t" + topic + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII)));
            opened.configureBlocking(false);
            next = -1;
            numbers = new EventNumbers(this::event);
            if (kind == Kind.HEALTHY) {
                opened.register(selector, SelectionKey.OP_READ, this);
            }
            return opened;
        }

        void comeBack() throws IOException {
            channel.close();
            channel = connect();
        }

        /** Returns how many bytes came, below 0 where the stream has ended. */
        int read() throws IOException {
            buffer.clear();
            int length;
            try {
                length = channel.read(buffer);
            } catch (IOException e) {
                return -1; // reset
            }
            if (kind == Kind.HEALTHY) {
                for (int i = 0; i < length; i++) {
                    numbers.take(buffer.get(i));
                }
            }
            return length;
        }

        private void event(char letter, long number) {
            if (letter != LoadedServer.LETTER) {
                return; // the stream's opening
            }
            events++;
            if (next >= 0 && number != next) {
                gaps++;
            }
            next = number + 1;
        }
    }

    private final int port;
    private final Selector selector = Selector.open();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
    private final List<Reader> others = new ArrayList<>();
    private final List<Reader> healthy = new ArrayList<>();

    private int looks;

    /** Events of the healthy, gaps between them, healthy streams that ended, and those of others. */
    long events;

    long gaps;
    long cut;
    long othersCut;

    LoadReaders(int port) throws IOException {
        this.port = port;
    }

    /**
     * The stuck ones come one after another, all over the time given for it. It ends after the time given for all, and
     * not before it was enough.
     */
    void run(int healthyCount, int slowCount, int stuckCount, long arriveNanos, long nanos, Callable<Boolean> enough)
            throws Exception {
        for (int i = 0; i < healthyCount; i++) {
            healthy.add(new Reader(Kind.HEALTHY, i % LoadedServer.TOPICS));
        }
        for (int i = 0; i < slowCount; i++) {
            others.add(new Reader(Kind.SLOW, i % LoadedServer.TOPICS));
        }
        long start = System.nanoTime();
        long looked = start;
        int arrived = 0;
        for (long now = start; now - start < nanos || !enough.call(); now = System.nanoTime()) {
            assertThat(now - start).isLessThan(nanos + MOST_MORE_NANOS);
            selector.select(this::read, 10);
            if (arrived < stuckCount && now - start >= arriveNanos / stuckCount * arrived) {
                others.add(new Reader(Kind.STUCK, arrived++ % LoadedServer.TOPICS));
            }
            if (now - looked > TimeUnit.SECONDS.toNanos(1)) {
                looked = now;
                lookAtOthers();
            }
        }
    }

    private void read(SelectionKey key) {
        try {
            Reader reader = (Reader) key.attachment();
            if (reader.read() < 0) {
                cut++;
                reader.comeBack();
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A slow one reads a little; of a stuck one it is looked whether the server has ended it. */
    private void lookAtOthers() throws IOException {
        looks++;
        for (int i = 0; i < others.size(); i++) {
            Reader reader = others.get(i);
            boolean isStuckInTurn = reader.kind == Kind.STUCK && i % TURNS == looks % TURNS;
            if (reader.kind == Kind.SLOW && isOver(reader) || isStuckInTurn && isReset(reader)) {
                othersCut++;
                reader.comeBack();
            }
        }
    }

    private boolean isOver(Reader reader) throws IOException {
        int read = 0;
        while (read < SLOW_BYTES) {
            int length = reader.read();
            if (length <= 0) {
                return length < 0;
            }
            read += length;
        }
        return false;
    }

    /** A write is refused where the other end has closed the connection. */
    private static boolean isReset(Reader reader) {
        try {
            reader.channel.write(ByteBuffer.wrap(new byte[] {'\n'}));
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        for (Reader reader : healthy) {
            reader.channel.close();
        }
        for (Reader reader : others) {
            reader.channel.close();
        }
        selector.close();
    }
}
