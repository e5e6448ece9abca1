package dev.freshet.netty.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.store.EventStore;
import dev.freshet.store.StoredEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What a tail told, in order. */
final class Told implements EventStore.Sink {
    static final long PATIENCE_SECONDS = 60;

    /** A call of the sink's: of {@code begins}, {@code lost}, or {@code entry} with the text of its body. */
    record Call(String what, EventId id, String data) {}

    private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();
    final List<StoredEntry> entries = new ArrayList<>(); // read once what it told was read

    @Override
    public void begins(EventId floor) {
        calls.add(new Call("begins", floor, ""));
    }

    @Override
    public void entry(EventId id, long time, StoredEntry entry) {
        assertThat(time).isPositive();
        entries.add(entry);
        calls.add(new Call("entry", id, new String(entry.body(), UTF_8)));
    }

    @Override
    public void lost(EventId floor) {
        calls.add(new Call("lost", floor, ""));
    }

    Call next() throws InterruptedException {
        Call next = calls.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(next).as("the tail's next call").isNotNull();
        return next;
    }

    EventId next(String what) throws InterruptedException {
        Call next = next();
        assertThat(next.what()).as("%s", next).isEqualTo(what);
        return next.id();
    }

    List<Call> next(int count) throws InterruptedException {
        List<Call> next = new ArrayList<>();
        while (next.size() < count) {
            next.add(next());
        }
        return next;
    }

    /** The text of the next entries, and nothing else may come between. */
    List<String> nextData(int count) throws InterruptedException {
        List<Call> next = next(count);
        assertThat(next).extracting(Call::what).containsOnly("entry");
        return next.stream().map(Call::data).toList();
    }

    /** Waits for an entry, whatever comes before it. */
    EventId until(String data) throws InterruptedException {
        while (true) {
            Call next = next();
            if (next.what().equals("entry") && next.data().equals(data)) {
                return next.id();
            }
        }
    }

    boolean isSilent() {
        return calls.isEmpty();
    }
}
