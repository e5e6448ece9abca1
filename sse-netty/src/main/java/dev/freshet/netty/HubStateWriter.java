package dev.freshet.netty;

import dev.freshet.log.Batch;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelPromise;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the state of one stream before that reads the log: a piece when the socket has taken the one before, so that never more
 * than one waits there. What is sent to the stream alone meanwhile comes behind it. Confined to the stream's event loop.
 */
final class HubStateWriter implements ChannelFutureListener {
    /** What waits until the state is written; the stream's limit for sends bounds it. */
    private record Send(byte[] event, ChannelPromise promise) {}

    private final HubStream stream;
    private final HubStatePieces pieces;
    private final StreamFraming framing;
    private final List<Send> sends = new ArrayList<>(0);
    private boolean hasTurn;

    HubStateWriter(HubStream stream, HubStatePieces pieces, StreamFraming framing) {
        this.stream = stream;
        this.pieces = pieces;
        this.framing = framing;
    }

    /** @param first has the first of it, and goes out before the next; or null where nothing has that yet */
    void begin(@Nullable ChannelFuture first) {
        if (first == null) {
            writePieces(); // with the head
        } else {
            first.addListener(this);
        }
        stream.ctx.flush();
    }

    /** It has waited for room long enough: one piece, even where there is none. */
    void inTurn() {
        hasTurn = true;
        writePieces();
    }

    /** Writes on while there is room and the socket takes all of it at once, and lets others have their turn then. */
    void writePieces() {
        assert stream.channel.eventLoop().inEventLoop();
        try {
            for (int flushes = 0; flushes < HubBatchCopies.FLUSHES_IN_A_ROW; flushes++) {
                if (!stream.open || stream.reason != null || stream.aborted) {
                    return;
                }
                if (!pieces.hasNext()) {
                    finish();
                    return;
                }
                if (stream.group.unsent().isFull() && !hasTurn) {
                    stream.hubLoop.whenRoom(stream);
                    return;
                }
                hasTurn = false;
                ByteBuf piece = pieces.next();
                if (piece == null) {
                    stream.end(Batch.LAGGED_OUT);
                    return;
                }
                stream.writes.wrote(System.nanoTime());
                ChannelFuture written = stream.ctx.writeAndFlush(piece);
                if (!written.isDone()) {
                    written.addListener(this);
                    return;
                }
            }
            stream.group.afterInputAndOutput(this::writePieces);
        } catch (Throwable e) {
            stream.fail(e); // and harm no other
        }
    }

    /** Not in the middle of what the channel does; one that failed has ended the stream. */
    @Override
    public void operationComplete(ChannelFuture written) {
        EventLoops.execute(stream.channel.eventLoop(), this::writePieces);
    }

    boolean isBetweenEvents() {
        return pieces.isBetweenEvents();
    }

    /** Behind the state. */
    ChannelFuture send(byte[] event) {
        ChannelPromise promise = stream.channel.newPromise();
        sends.add(new Send(event, promise));
        return promise;
    }

    /** All of it is out: the stream is as any other, and reads the log from where the state stands. */
    private void finish() {
        stream.state = null;
        stream.lease.releaseSnapshot();
        if (!sends.isEmpty()) {
            stream.writes.wrote(System.nanoTime());
        }
        sends.forEach(send -> stream.ctx.write(framing.frame(stream.channel.alloc(), send.event()), send.promise()));
        sends.clear();
        end();
        stream.ctx.flush();
        stream.drain.alone();
    }

    /** Nothing more is written. Idempotent. */
    void end() {
        pieces.end();
        sends.forEach(send -> send.promise().tryFailure(new ClosedChannelException()));
        sends.clear();
    }
}
