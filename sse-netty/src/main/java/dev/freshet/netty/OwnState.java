package dev.freshet.netty;

import dev.freshet.codec.EventPieces;
import dev.freshet.event.SseEvent;
import dev.freshet.log.Snapshot;
import dev.freshet.log.Start;
import dev.freshet.log.StartRequest;
import dev.freshet.netty.SseReply.Subscribe;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One that is asked for each stream alone, on its event loop, once its cursor is placed. */
record OwnState(Supplier<List<SseEvent>> supplier) implements StreamState {
    @Override
    public StreamState now() {
        return this;
    }

    @Override
    public Start open(Subscribe reply, StartRequest request) {
        return reply.hub.open(reply.topics, request.resetToLatest());
    }

    @Override
    public @Nullable Snapshot snapshot() {
        return null;
    }

    @Override
    public SseReply later(Engine engine, Subscribe reply) {
        throw new IllegalStateException("state: asked for later (expected: with its stream)");
    }

    @Override
    public StatePieces pieces(StreamConnection stream, Framing framing, Subscribe reply, @Nullable String id) {
        List<SseEvent> events = List.copyOf(supplier.get()); // null, or an event that is null, is a failure too
        events.forEach(reply.hub::checkEventId);
        return new OwnPieces(new EventPieces(events, id), framing, stream.channel.alloc(), stream.group.unsent());
    }
}
