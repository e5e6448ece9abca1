package dev.freshet.store;

import dev.freshet.codec.EventEncoder;
import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Keeps an entry, and brings it by its tail, when a test says so. */
public final class SlowStore extends ToldStore {
    private static final long MILLIS = Long.MAX_VALUE / 2;

    private record Appended(StoredEntry entry, CompletableFuture<EventId> kept) {}

    private final Queue<Appended> appended = new ArrayDeque<>();
    private final List<String> data = new ArrayList<>();
    private final List<Runnable> toBring = new ArrayList<>();
    private @Nullable Error failure;
    private Runnable atNextAppend = () -> {};
    private long count;

    /** What it throws from now on, or null. */
    public void failWith(@Nullable Error error) {
        failure = error;
    }

    /** What is done once, behind the next entry that comes to be kept. */
    public void atNextAppend(Runnable action) {
        atNextAppend = action;
    }

    /** Whether it has what is neither kept nor lost. */
    public boolean isWaiting() {
        return !appended.isEmpty();
    }

    /** Of all events that were appended. */
    public List<String> data() {
        return data;
    }

    /** The position that the next to be kept gets. */
    public EventId next() {
        return new EventId(MILLIS, (count + 1) << 32);
    }

    /** The oldest that is appended gets its position. */
    public EventId keep() {
        Appended next = appended.remove();
        EventId id = new EventId(MILLIS, ++count << 32);
        toBring.add(() -> sink().entry(id, MILLIS, next.entry()));
        next.kept().complete(id);
        return id;
    }

    /** The oldest that is appended is not kept. */
    public void lose() {
        appended.remove().kept().completeExceptionally(new IOException("full"));
    }

    /** What is kept by now comes by the tail. */
    public void bring() {
        List<Runnable> all = List.copyOf(toBring);
        toBring.clear();
        all.forEach(Runnable::run);
    }

    /** What another node has published. */
    public void entry(StoredEntry.Kind kind, String topic) {
        byte[] body = kind == StoredEntry.Kind.EVENT ? EventEncoder.encodeBody(SseEvent.of("other")) : new byte[0];
        sink().entry(new EventId(MILLIS, ++count << 32), MILLIS, new StoredEntry(kind, topic, body, null, null));
    }

    @Override
    public CompletionStage<EventId> append(StoredEntry entry, String key) {
        if (failure != null) {
            throw failure;
        }
        if (entry.body().length > 0) {
            String text = new String(entry.body(), StandardCharsets.UTF_8);
            data.add(text.replaceAll("(?s).*data: (.*)\n", "$1"));
        }
        CompletableFuture<EventId> kept = new CompletableFuture<>();
        appended.add(new Appended(entry, kept));
        Runnable due = atNextAppend;
        atNextAppend = () -> {};
        due.run();
        return kept;
    }
}
