package dev.freshet.netty.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.EventId;
import dev.freshet.store.EventStore;
import dev.freshet.store.StoredEntry;
import dev.freshet.store.StoredEntry.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RedisEventStoreTest extends RedisFixture {
    private static final int EVENTS = 2_000;

    @Test
    void allStoresOfAKeyHaveOneOrderAndTheSameIds() throws Exception {
        EventStore one = store();
        EventStore other = store();
        Told byOne = tail(one);
        Told byOther = tail(other);

        List<CompletableFuture<EventId>> appended = new ArrayList<>();
        for (int i = 0; i < EVENTS; i++) {
            appended.add(appending(i % 2 == 0 ? one : other, "" + i));
        }

        List<Told.Call> calls = byOne.next(EVENTS);
        assertThat(byOther.next(EVENTS)).isEqualTo(calls);
        assertThat(calls).extracting(Told.Call::id).isSorted();
        for (Told.Call call : calls) {
            assertThat(get(appended.get(Integer.parseInt(call.data())))).isEqualTo(call.id());
        }
        assertThat(calls.stream().map(Told.Call::data).filter(data -> Integer.parseInt(data) % 2 == 0))
                .as("what one store appended is in its order")
                .isSortedAccordingTo((a, b) -> Integer.parseInt(a) - Integer.parseInt(b));
    }

    @Test
    void aTailThatStartsLateIsBroughtWhatIsThere() throws Exception {
        EventStore store = store();
        Told early = tail(store);
        for (int i = 0; i < EVENTS; i++) {
            appending(store, "" + i);
        }
        List<Told.Call> all = early.next(EVENTS);

        Told late = new Told();
        get(store().tail(late));

        late.next("begins");
        assertThat(late.entries).as("at once when it is started").hasSize(EVENTS);
        assertThat(late.next(EVENTS)).isEqualTo(all);
    }

    @Test
    void anEntryComesBackAsItWas() throws Exception {
        EventStore store = store();
        Told told = tail(store);
        List<StoredEntry> entries = List.of(
                new StoredEntry(Kind.START, "größe", new byte[0], null, null),
                new StoredEntry(Kind.EVENT, "größe", new byte[] {0, -1, 10, 13}, "", new EventId(5, 1L << 32 | 9)),
                new StoredEntry(Kind.URGENT, "größe", "data: !\n".getBytes(UTF_8), null, null),
                new StoredEntry(Kind.LAST, "größe", "data: ä\n".getBytes(UTF_8), "=own", null),
                new StoredEntry(Kind.REMOVAL, "größe", new byte[0], null, null),
                new StoredEntry(Kind.RENEWAL, "", new byte[] {0, -1, 10, 13}, null, null));

        for (StoredEntry entry : entries) {
            get(store.append(entry, "key " + entry.kind()));
        }

        told.next(entries.size());
        assertThat(told.entries).isEqualTo(entries);
    }

    @Test
    void storesThatBeginAStreamAtOnceAgreeWhereItBegins() throws Exception {
        List<Told> all = new ArrayList<>();
        List<CompletionStage<EventStore.Tail>> tails = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            all.add(new Told());
            tails.add(store().tail(all.get(i)));
        }
        for (CompletionStage<EventStore.Tail> tail : tails) {
            get(tail);
        }

        EventId first = all.get(0).next("begins");

        for (Told told : all.subList(1, 4)) {
            assertThat(told.next("begins")).isEqualTo(first);
        }
    }

    @Test
    void anAppendTriedAgainWithItsKeyIsKeptOnce() throws Exception {
        EventStore store = store();
        Told told = tail(store);

        EventId first = get(store.append(entry("one"), "key"));
        assertThat(get(store.append(entry("one"), "key"))).isEqualTo(first);
        append(store, "two");

        assertThat(told.nextData(2)).containsExactly("one", "two");
    }

    @Test
    void theStreamKeepsAboutAsMuchAsItMay() throws Exception {
        try (RedisEventStore store =
                RedisEventStore.builder(redis.uri(), KEY).maxEvents(10_000).build()) {
            for (int i = 0; i < 10 * EVENTS; i++) {
                appending(store, "" + i);
            }
            append(store, "last");
        }

        assertThat(Integer.parseInt(redis.call("XLEN", KEY))).isBetween(10_000, 10_500);
    }

    @Test
    void afterItsCloseATailTellsNothing() throws Exception {
        EventStore store = store();
        Told told = new Told();
        EventStore.Tail tail = get(store.tail(told));
        told.next("begins");

        tail.close();
        append(store, "one");

        assertThat(tail(store).nextData(1)).containsExactly("one");
        assertThat(told.isSilent()).isTrue();
    }

    @Test
    void theThreadsEndWithTheStore() throws Exception {
        RedisEventStore store = store();
        tail(store);
        append(store, "one");
        List<Thread> threads = threads();
        assertThat(threads).hasSizeGreaterThan(2);
        store.close();

        for (Thread thread : threads) {
            thread.join(TimeUnit.SECONDS.toMillis(Told.PATIENCE_SECONDS)); // it may be about to return
            assertThat(thread.isAlive()).as(thread.getName()).isFalse();
        }
        assertThatThrownBy(() -> append(store, "two")).hasMessageContaining("store: closed");
        assertThatThrownBy(() -> tail(store)).hasMessageContaining("store: closed");
    }

    private static List<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("freshet-redis")
                        || thread.getName().startsWith("lettuce"))
                .toList();
    }
}
