package dev.freshet.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.codec.EventEncoder;
import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.log.LogEntry;
import dev.freshet.log.TopicNameException;
import dev.freshet.store.StoredEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntriesTest {
    private static final EventId START = new EventId(3, 5);
    private static final SseEvent EVENT = SseEvent.of("a");
    private static final SseEvent WITH_ID =
            SseEvent.builder().data("a").id("own").build();

    @Test
    void anEventWithoutAnIdIsEncodedWithoutItsEnd() {
        LogEntry entry = Entries.of(LogEntry.Kind.EVENT, "t", EVENT, null);
        assertThat(entry.encoded()).isEqualTo(EventEncoder.encodeBody(EVENT));
        assertThat(entry.kind()).isEqualTo(LogEntry.Kind.EVENT);
    }

    @Test
    void anEventWithAnIdIsEncodedWhole() {
        LogEntry entry = Entries.of(LogEntry.Kind.EVENT, "t", WITH_ID, "own");
        assertThat(entry.encoded()).isEqualTo(EventEncoder.encode(WITH_ID));
        assertThat(entry.ownId()).isEqualTo("own");
    }

    @Test
    void anUrgentEventIsAKindOfItsOwnAlsoThroughAStore() {
        LogEntry entry = Entries.of(LogEntry.Kind.EVENT, "t", EVENT.urgent(), null);
        assertThat(entry.kind()).isEqualTo(LogEntry.Kind.URGENT);
        StoredEntry stored = Entries.toStore(entry, EVENT.urgent());
        assertThat(stored.kind()).isEqualTo(StoredEntry.Kind.URGENT);
        assertThat(Entries.toLog(stored, null).kind()).isEqualTo(LogEntry.Kind.URGENT);
    }

    @Test
    void anUrgentLastEventIsALastEvent() {
        assertThat(Entries.of(LogEntry.Kind.LAST, "t", EVENT.urgent(), null).kind())
                .isEqualTo(LogEntry.Kind.LAST);
    }

    @Test
    void aStoreIsGivenTheBodyOfAnEventBesideItsId() {
        LogEntry entry = Entries.of(LogEntry.Kind.LAST, "t", WITH_ID, "own").of(START);
        StoredEntry stored = Entries.toStore(entry, WITH_ID);
        assertThat(stored.kind()).isEqualTo(StoredEntry.Kind.LAST);
        assertThat(stored.topic()).isEqualTo("t");
        assertThat(stored.body()).isEqualTo(EventEncoder.encodeBody(WITH_ID));
        assertThat(stored.eventId()).isEqualTo("own");
        assertThat(stored.start()).isEqualTo(START);
    }

    @Test
    void aStoreIsGivenAnEntryWithoutAnIdAsItIs() {
        LogEntry entry = Entries.of(LogEntry.Kind.EVENT, "t", EVENT, null);
        assertThat(Entries.toStore(entry, EVENT).body()).isSameAs(entry.encoded());
        assertThat(Entries.toStore(LogEntry.of(LogEntry.Kind.START, "t"), null).body())
                .isEmpty();
    }

    @Test
    void anEntryOfAStoreIsGivenItsEndWithItsId() {
        byte[] body = EventEncoder.encodeBody(EVENT);
        StoredEntry stored = new StoredEntry(StoredEntry.Kind.LAST, "t", body, "own", START);
        LogEntry entry = Entries.toLog(stored, "own");
        assertThat(entry.encoded()).asString().isEqualTo("data: a\nid: own\n\n");
        assertThat(entry.kind()).isEqualTo(LogEntry.Kind.LAST);
        assertThat(entry.ownId()).isEqualTo("own");
        assertThat(entry.start()).isEqualTo(START);
        assertThat(Entries.toLog(stored, null).encoded()).isSameAs(body);
    }

    @Test
    void aTopicHasOneTo1024Characters() {
        Entries.checkTopic("t");
        Entries.checkTopic("t".repeat(1024));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Entries.checkTopic(""))
                .isInstanceOf(TopicNameException.class)
                .withMessage("topic: 0 characters (expected: 1 to 1024): \"\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Entries.checkTopic("t".repeat(1025)))
                .withMessage("topic: 1025 characters (expected: 1 to 1024): \"" + "t".repeat(64) + "\"");
    }

    @Test
    void anIdOfNoHubsFormPassesAndSoDoesNone() {
        Entries.checkEventId(null, 1);
        Entries.checkEventId("own", 3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1-2", "four", "a\nb"})
    void anIdThatNoClientMaySendBackIsRefused(String id) {
        assertThatIllegalArgumentException().isThrownBy(() -> Entries.checkEventId(id, 3));
    }

    @Test
    void aNumberIsAboveZeroAndAtMostItsBound() {
        assertThat(Entries.positive("n", 1, 7)).isOne();
        assertThat(Entries.positive("n", 7, 7)).isEqualTo(7);
        for (int value : new int[] {0, 8}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Entries.positive("n", value, 7))
                    .withMessage("n: " + value + " (expected: 1 to 7)");
        }
    }
}
