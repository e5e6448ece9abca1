package dev.freshet.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.event.EventId;
import dev.freshet.store.StoredEntry.Kind;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** The parts that an entry of each kind has, and what is said of others. */
class StoredEntryTest {
    private static StoredEntry entry(Kind kind, String topic, int bytes, @Nullable String eventId) {
        return new StoredEntry(kind, topic, new byte[bytes], eventId, null);
    }

    private static void assertRefused(Kind kind, String topic, int bytes, @Nullable String eventId, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> entry(kind, topic, bytes, eventId))
                .withMessage(message);
    }

    @ParameterizedTest
    @EnumSource(names = {"EVENT", "URGENT", "LAST"})
    void anEventHasABodyAndAnIdOfItsOwn(Kind kind) {
        StoredEntry entry = entry(kind, "t", 32, "own");
        assertThat(entry.body()).hasSize(32);
        assertThat(entry.eventId()).isEqualTo("own");
    }

    @ParameterizedTest
    @EnumSource(names = {"START", "REMOVAL"})
    void aKindWithoutAnEventHasNoBody(Kind kind) {
        assertRefused(kind, "t", 32, null, "entry.body: 32 bytes (expected: none, for " + kind + ")");
    }

    @ParameterizedTest
    @EnumSource(names = {"RENEWAL", "PROBE"})
    void aKindOfNoTopicHasABody(Kind kind) {
        assertThat(entry(kind, "", 32, null).body()).hasSize(32);
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.EXCLUDE,
            names = {"EVENT", "URGENT", "LAST"})
    void aKindWithoutAnEventHasNoIdOfItsOwn(Kind kind) {
        String topic = kind == Kind.RENEWAL || kind == Kind.PROBE ? "" : "t";
        assertRefused(kind, topic, 0, "own", "entry.eventId: \"own\" (expected: null, for " + kind + ")");
    }

    @Test
    void ofABodyThatIsRightAndAnIdThatIsNotTheIdIsNamed() {
        assertRefused(Kind.RENEWAL, "", 32, "own", "entry.eventId: \"own\" (expected: null, for RENEWAL)");
    }

    @ParameterizedTest
    @EnumSource(names = {"RENEWAL", "PROBE"})
    void aKindOfNoTopicHasNone(Kind kind) {
        assertRefused(kind, "t", 0, null, "entry.topic: \"t\" (expected: empty, for " + kind + ")");
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.EXCLUDE,
            names = {"RENEWAL", "PROBE"})
    void anotherKindHasATopic(Kind kind) {
        assertRefused(kind, "", 0, null, "entry.topic: empty (expected: a topic, for " + kind + ")");
    }

    @Test
    void entriesOfEqualPartsAreEqual() {
        StoredEntry entry = new StoredEntry(Kind.EVENT, "t", new byte[] {1}, "own", new EventId(1, 2));
        StoredEntry same = new StoredEntry(Kind.EVENT, "t", new byte[] {1}, "own", new EventId(1, 2));
        assertThat(entry).isEqualTo(same).hasSameHashCodeAs(same).hasToString("StoredEntry[EVENT t, 1 bytes]");
    }

    @Test
    void entriesThatDifferInOnePartAreNotEqual() {
        StoredEntry entry = new StoredEntry(Kind.EVENT, "t", new byte[] {1}, "own", new EventId(1, 2));
        assertThat(List.of(
                        new StoredEntry(Kind.LAST, "t", new byte[] {1}, "own", new EventId(1, 2)),
                        new StoredEntry(Kind.EVENT, "u", new byte[] {1}, "own", new EventId(1, 2)),
                        new StoredEntry(Kind.EVENT, "t", new byte[] {2}, "own", new EventId(1, 2)),
                        new StoredEntry(Kind.EVENT, "t", new byte[] {1}, null, new EventId(1, 2)),
                        new StoredEntry(Kind.EVENT, "t", new byte[] {1}, "own", null)))
                .doesNotContain(entry)
                .doesNotHaveDuplicates();
    }
}
