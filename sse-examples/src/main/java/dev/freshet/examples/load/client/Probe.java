package dev.freshet.examples.load.client;

import dev.freshet.codec.EventDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An additional stream, at the first URL, which reads event ids as a client does. Its accessors are thread-safe. */
@SuppressWarnings({"FutureReturnValueIgnored", "NonAtomicVolatileUpdate"}) // no wait for a close; one thread writes
public final class Probe extends SseStream implements AutoCloseable {

    private static final int CLIENT = -1; // none of the fleet

    private final Mark mark;
    private final EventDecoder decoder = new EventDecoder(this::event); // confined to the event loop
    private final BitSet got = new BitSet(); // confined, too

    private volatile boolean open;
    private volatile boolean ended;
    private volatile @Nullable String failure;
    private volatile int received;
    private volatile @Nullable String firstId;
    private @Nullable Channel channel;

    private Probe(Target target, Mark mark) {
        super(target, target.urls().get(0), null, new Compression());
        this.mark = mark;
    }

    /** Starts to connect. */
    public static Probe open(Loops loops, Target target, Mark mark) {
        Probe probe = new Probe(target, mark);
        Connector connector = new Connector(loops.connectOn(loops.reading()), target);
        probe.channel = connector.open(Target.address(probe.url()), null, CLIENT, List.of(probe));
        return probe;
    }

    private void event(String type, String data, String lastEventId) {
        byte[] bytes = data.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == mark.size() && mark.matches(bytes, 0, bytes.length)) {
            if (received == 0) {
                firstId = lastEventId;
            }
            int sequence = Mark.sequence(bytes, 0);
            if (sequence >= 0 && !got.get(sequence)) { // it may have been sent more than once
                got.set(sequence);
                received = received + 1;
            }
        }
    }

    /** Returns whether the stream is open, or was. */
    public boolean isOpen() {
        return open;
    }

    /** Returns whether the stream has ended. */
    public boolean isEnded() {
        return ended;
    }

    /** Returns why the stream was not opened, or null if it was, or is not yet. */
    public @Nullable String failure() {
        return failure;
    }

    /** Returns the number of events of this run that were received. */
    public int received() {
        return received;
    }

    /** Returns the id of the first of them: empty if the server sends no ids, null before it was received. */
    public @Nullable String firstId() {
        return firstId;
    }

    @Override
    void opened() {
        open = true;
    }

    @Override
    void body(ByteBuf bytes) {
        decoder.feed(bytes.nioBuffer());
    }

    @Override
    void ended(@Nullable String reason) {
        failure = reason;
        ended = true;
    }

    @Override
    public void close() {
        if (channel != null) {
            channel.close();
        }
    }
}
