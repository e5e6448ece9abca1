package dev.freshet.netty.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.CuttingProxy;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseServer;
import dev.freshet.store.EventStore;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Entries that somebody deletes from the middle of the stream by {@code XDEL}. */
class RedisDeletedEntriesTest extends RedisFixture {
    private static final int EVENTS = 6;

    private static String streamId(EventId id) {
        return id.millis() + "-" + (id.sequence() >>> 32);
    }

    private void delete(EventId id) throws Exception {
        assertThat(redis.call("XDEL", KEY, streamId(id))).isEqualTo("1");
    }

    private SseHub hub() {
        return keepHub(SseHub.builder().store(store()).build());
    }

    /** What a client with a last event id is told first, and the data of the events that follow. */
    private List<String> ask(SseHub hub, EventId id) throws Exception {
        SseServer server = keep(SseServer.builder()
                .host("127.0.0.1")
                .port(0)
                .eventLoops(1)
                .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                .start());
        RawSseClient client =
                keep(RawSseClient.connect("127.0.0.1", server.address().getPort()));
        client.without("stream-open", "stream-reset");
        List<String> told = new ArrayList<>();
        told.add(String.valueOf(client.get("/events", "Last-Event-ID: " + id).header("sse-resume")));
        while (!told.get(told.size() - 1).equals("" + (EVENTS - 1))) {
            told.add(client.readEvent().data());
        }
        return told;
    }

    /** Events 2 and 3 of six are deleted. A client that had read up to an event comes to a node. */
    @ParameterizedTest
    @CsvSource({
        "0, resumed 1 2 3 4 5, reset 4 5",
        "1, resumed 2 3 4 5, reset 4 5",
        "2, resumed 3 4 5, reset 4 5",
        "3, resumed 4 5, resumed 4 5",
        "4, resumed 5, resumed 5"
    })
    void aNodeThatWasUpStillHasThemAndALaterOneResetsWhoHadNotReadThem(int read, String before, String later)
            throws Exception {
        SseHub up = hub();
        List<EventId> ids = new ArrayList<>();
        for (int i = 0; i < EVENTS; i++) {
            ids.add(get(up.publish("t", SseEvent.of("" + i))));
        }
        delete(ids.get(2));
        delete(ids.get(3));

        assertThat(String.join(" ", ask(up, ids.get(read)))).isEqualTo(before);
        assertThat(String.join(" ", ask(hub(), ids.get(read)))).isEqualTo(later);
    }

    @Test
    void aTailThatWasAwayIsToldTheLossBehindTheLastThatIsGone() throws Exception {
        CuttingProxy proxy = keep(CuttingProxy.before(redis.port()));
        EventStore store = store();
        Told there = tail(store);
        Told away = tail(storeAt(proxy.port()));
        append(store, "one");
        away.nextData(1);
        cutOff(proxy);
        append(store, "two");
        EventId gone = append(store, "three");
        append(store, "four");
        there.nextData(4);
        delete(gone);

        proxy.target(redis.port());

        assertThat(away.nextData(1)).containsExactly("two");
        assertThat(away.next("lost")).isEqualTo(gone);
        assertThat(away.nextData(1)).containsExactly("four");
        assertGoesOn(store, there, away);
    }

    /** Deletes the newest entry that a store appended itself, and those that others appended next, of many. */
    private void deleteOwn(EventStore store, int andNext, Told... all) throws Exception {
        List<EventId> ids = new ArrayList<>();
        ids.add(append(store, "own"));
        EventStore other = store();
        for (int i = 0; i < EVENTS; i++) {
            ids.add(append(other, "" + i));
        }
        for (Told told : all) {
            told.nextData(EVENTS + 1);
        }
        for (EventId id : ids.subList(0, 1 + andNext)) {
            delete(id);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void whoseNewestEntryIsDeletedBehindOthersResetsNobody(int andNext) throws Exception {
        EventStore store = store();
        Told byOne = tail(store);
        Told byOther = tail(store());

        deleteOwn(store, andNext, byOne, byOther);

        assertGoesOn(store, byOne, byOther);
    }

    /** Nothing shows any more that the entry was of this history. */
    @Test
    void whatAStoreWithoutATailAppendedIsResetAtOnePlaceIfItIsDeletedWithTheNextOne() throws Exception {
        EventStore store = store();
        Told byOne = tail(store());
        Told byOther = tail(store());

        deleteOwn(store, 1, byOne, byOther);
        EventId after = append(store, "after");

        EventId floor = byOne.next("lost");
        assertThat(byOther.next("lost")).isEqualTo(floor).isLessThan(after);
        assertThat(byOne.nextData(1)).containsExactly("after");
        assertThat(byOther.nextData(1)).containsExactly("after");
    }
}
