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
 * The writer of the state of one stream, before the stream reads the log. A piece is written when the socket has taken
 * the previous one, so that at most one waits. Events that are sent to the stream meanwhile follow the state. Confined
 * to the stream's event loop.
 */
final class HubStateWriter implements ChannelFutureListener {
    /** A send that waits until the state is written; the stream's limit of sends bounds these. */
    private record Send(byte[] event, ChannelPromise promise) {}

    private final HubStream stream;
    private final HubStatePieces pieces;
    private final List<Send> sends = new ArrayList<>(0);
    private boolean resuming;

    HubStateWriter(HubStream stream, HubStatePieces pieces) {
        this.stream = stream;
        this.pieces = pieces;
    }

    /**
     * Begins to write.
     *
     * @param first the write of the first piece, which precedes the next one; null if none is written yet
     */
    void begin(@Nullable ChannelFuture first) {
        assert stream.channel.eventLoop().inEventLoop();
        if (first == null) {
            writePieces(); // flushed with the head
        } else {
            first.addListener(this);
        }
        stream.ctx.flush();
    }

    /** Resumes within the {@link HubRoomQueue}: writes one piece, even above the limit, or more while there is room. */
    void resume() {
        assert stream.channel.eventLoop().inEventLoop();
        resuming = true;
        writePieces();
    }

    /** Writes pieces while there is room and the socket takes each at once, for a bounded time in a row. */
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
                if (stream.loop.unsent().isFull() && !resuming) {
                    stream.hubLoop.whenRoom(stream);
                    return;
                }
                resuming = false;
                ByteBuf piece = pieces.next();
                if (piece == null) {
                    stream.end(Batch.LAGGED_OUT);
                    return;
                }
                stream.writes.wrote(EventLoops.nanoTime(stream.channel.eventLoop()));
                ChannelFuture written = stream.ctx.writeAndFlush(piece);
                if (!written.isDone()) {
                    written.addListener(this);
                    return;
                }
            }
            stream.loop.afterInputAndOutput(this::writePieces);
        } catch (Throwable e) {
            stream.fail(e); // only this stream
        }
    }

    /** Continues in a task, not within the channel's own write; a write that has failed has ended the stream. */
    @Override
    public void operationComplete(ChannelFuture written) {
        EventLoops.execute(stream.channel.eventLoop(), this::writePieces);
    }

    boolean isBetweenEvents() {
        return pieces.isBetweenEvents();
    }

    /** Queues an event that follows the state. */
    ChannelFuture send(byte[] event) {
        assert stream.channel.eventLoop().inEventLoop();
        ChannelPromise promise = stream.channel.newPromise();
        sends.add(new Send(event, promise));
        return promise;
    }

    /** Called when the state is written: the stream then reads the log from the position of the state on. */
    private void finish() {
        stream.state = null;
        stream.lease.releaseSnapshot();
        if (!sends.isEmpty()) {
            stream.writes.wrote(EventLoops.nanoTime(stream.channel.eventLoop()));
        }
        sends.forEach(
                send -> stream.ctx.write(stream.body.lines(stream.channel.alloc(), send.event()), send.promise()));
        sends.clear();
        end();
        stream.ctx.flush();
        stream.drain.alone();
    }

    /** Ends the writing, and fails the sends that wait. Idempotent. */
    void end() {
        assert stream.channel.eventLoop().inEventLoop();
        pieces.end();
        sends.forEach(send -> send.promise().tryFailure(new ClosedChannelException()));
        sends.clear();
    }
}
