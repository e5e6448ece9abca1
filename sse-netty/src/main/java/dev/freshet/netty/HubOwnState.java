package dev.freshet.netty;

import dev.freshet.codec.EventPieces;
import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.log.Snapshot;
import dev.freshet.log.Start;
import dev.freshet.log.StartRequest;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A state that is supplied for each stream alone, on its event loop, after its cursor is placed. */
record HubOwnState(Supplier<List<SseEvent>> supplier) implements HubState {
    @Override
    public HubState now() {
        return this;
    }

    @Override
    public Start open(SseHub hub, List<String> topics, StartRequest request) {
        return hub.open(topics, request.resetToLatest());
    }

    @Override
    public @Nullable Snapshot snapshot() {
        return null;
    }

    @Override
    public CompletionStage<HubState> next() {
        throw new IllegalStateException("state: asked for later (expected: with its stream)");
    }

    @Override
    public HubStatePieces pieces(SseHub hub, HubLoop loop, ByteBufAllocator alloc, HubBody body, @Nullable String id) {
        List<SseEvent> events = List.copyOf(supplier.get()); // a list or an event that is null fails
        events.forEach(hub::checkEventId);
        return new HubOwnPieces(new EventPieces(events, id), body, alloc, loop.unsent());
    }
}
