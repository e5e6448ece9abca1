package dev.freshet.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.store.EntryFormat.Kept;
import dev.freshet.store.StoredEntry.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntryFormatTest {
    private static final int HEAD = 12;
    /** Where the kind of an entry is. */
    private static final int KIND = HEAD + 24;

    private static final int LONGEST = Integer.MAX_VALUE - HEAD;

    private static final Kept FULL =
            new Kept(new EventId(1, 2), 3, new StoredEntry(Kind.LAST, "t", new byte[] {9}, "id", new EventId(4, 5)));
    private static final Kept LEAST =
            new Kept(new EventId(1, 2), -3, new StoredEntry(Kind.EVENT, "t", new byte[0], null, null));

    private static ByteBuffer encoded(Kept kept) {
        return SegmentFixture.encoded(kept);
    }

    private static int checksum(byte[] bytes, int from, int count) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, count);
        return (int) crc.getValue();
    }

    /** Decodes an entry whose checksum is right, whatever was changed. */
    private static boolean isAccepted(ByteBuffer changed) {
        changed.putInt(8, checksum(changed.array(), HEAD, changed.limit() - HEAD));
        return EntryFormat.decode(changed, changed.limit() - HEAD) != null;
    }

    @Test
    void theBytesAreThoseOfTheFormat() {
        ByteBuffer bytes = encoded(FULL);
        byte[] all = bytes.array();
        String body = "0000000000000001" + "0000000000000002" + "0000000000000003" + "0201" + "0000000000000004"
                + "0000000000000005" + "00000001" + "74" + "00000002" + "6964" + "09";
        String head = "%08x%08x%08x".formatted(54, checksum(all, 0, 4), checksum(all, HEAD, 54));

        assertThat(bytes.position()).isZero();
        assertThat(HexFormat.of().formatHex(all, 0, bytes.limit())).isEqualTo(head + body);
    }

    @Test
    void theBytesOfAnEntryWithoutPartsAreThoseOfTheFormat() {
        ByteBuffer bytes = encoded(LEAST);
        assertThat(HexFormat.of().formatHex(bytes.array(), HEAD, bytes.limit()))
                .isEqualTo("0000000000000001" + "0000000000000002" + "fffffffffffffffd" + "0100" + "00000001" + "74"
                        + "ffffffff");
    }

    @Test
    void entriesAreReadOneAfterTheOther() {
        ByteBuffer two = ByteBuffer.allocate(200);
        two.put(new byte[7]).put(encoded(FULL)).put(encoded(LEAST)).flip().position(7);

        for (Kept kept : new Kept[] {FULL, LEAST}) {
            int length = EntryFormat.length(two);
            assertThat(length).isEqualTo(encoded(kept).limit() - HEAD);
            assertThat(EntryFormat.decode(two, length)).isEqualTo(kept);
        }
        assertThat(two.hasRemaining()).isFalse();
    }

    @Test
    void anEmptyIdIsNotTheLackOfOne() {
        ByteBuffer bytes =
                encoded(new Kept(new EventId(1, 2), 3, new StoredEntry(Kind.EVENT, "t", new byte[0], "", null)));
        Kept kept = Objects.requireNonNull(EntryFormat.decode(bytes, bytes.limit() - HEAD));
        assertThat(kept.entry().eventId()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 53, LONGEST})
    void aLengthWithItsCheckIsOne(int length) {
        assertThat(EntryFormat.length(head(length))).isEqualTo(length);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, LONGEST + 1, Integer.MIN_VALUE})
    void aLengthOutOfItsBoundsIsDamage(int length) {
        assertThat(EntryFormat.length(head(length))).isEqualTo(-1);
    }

    @Test
    void aLengthWithoutItsCheckIsDamage() {
        assertThat(EntryFormat.length(head(53).putInt(0, 54))).isEqualTo(-1);
    }

    private static ByteBuffer head(int length) {
        ByteBuffer head = ByteBuffer.allocate(HEAD).putInt(0, length);
        return head.putInt(4, checksum(head.array(), 0, 4));
    }

    @Test
    void anEntryWithoutItsChecksumIsDamaged() {
        ByteBuffer bytes = encoded(FULL);
        bytes.put(bytes.limit() - 1, (byte) 8);
        assertThat(EntryFormat.decode(bytes, bytes.limit() - HEAD)).isNull();
    }

    @ParameterizedTest
    @ValueSource(bytes = {-1, 7, 127})
    void aKindThatIsNoneIsDamageAlsoWithARightChecksum(byte kind) {
        assertThat(isAccepted(encoded(FULL))).isTrue();
        assertThat(isAccepted(encoded(FULL).put(KIND, kind))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 8, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void aTopicThatIsLongerThanTheEntryIsDamage(int length) {
        assertThat(isAccepted(encoded(FULL).putInt(KIND + 18, length))).isFalse();
    }

    @Test
    void anEntryThatEndsBeforeItsPartsIsDamaged() {
        for (int bytes = HEAD + 1; bytes < encoded(FULL).limit() - 1; bytes++) {
            assertThat(isAccepted(encoded(FULL).limit(bytes)))
                    .as("%s bytes", bytes)
                    .isFalse();
        }
        assertThat(isAccepted(encoded(FULL).limit(encoded(FULL).limit() - 1)))
                .as("without its body")
                .isTrue();
    }

    @Test
    void textIsUtf8() {
        String text = "\u00e4\ud83c\udf0a";
        ByteBuffer bytes =
                encoded(new Kept(new EventId(1, 2), 3, new StoredEntry(Kind.EVENT, text, new byte[0], text, null)));
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);

        assertThat(bytes.getInt(KIND + 2)).isEqualTo(utf8.length);
        Kept kept = Objects.requireNonNull(EntryFormat.decode(bytes, bytes.limit() - HEAD));
        assertThat(kept.entry().topic()).isEqualTo(text);
        assertThat(kept.entry().eventId()).isEqualTo(text);
    }
}
