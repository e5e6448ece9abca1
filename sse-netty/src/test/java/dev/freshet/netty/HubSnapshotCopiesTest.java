package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseSnapshot.State;
import dev.freshet.log.Snapshot;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What streams of a loop write of snapshots is copied once, within a bound. */
class HubSnapshotCopiesTest extends SharedSnapshotFixture {
    private static final HubBody CHUNKED = HubIdentityBody.of(StreamFraming.CHUNKED);
    private static final HubBody PLAIN = HubIdentityBody.of(StreamFraming.PLAIN);

    private static final int EVENT_BYTES = 16_000;

    private final StreamUnsentBytes unsent = new StreamUnsentBytes(new EmbeddedChannel().eventLoop(), 1 << 30);
    private final HubSnapshotCopies copies = new HubSnapshotCopies(unsent);

    @AfterEach
    void givesAllBack() {
        assertThat(copies.bytes()).isZero();
        unsent.check(StreamUnsentBytes.MOST_CHECKS);
        assertThat(unsent.held()).isZero();
    }

    private Snapshot taken(int events) throws Exception {
        return snapshot(() -> State.of(Collections.nCopies(events, SseEvent.of("x".repeat(EVENT_BYTES)))))
                .next(null)
                .toCompletableFuture()
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private ByteBuf frame(Snapshot snapshot, int index, HubBody body) {
        ByteBuffer piece = Objects.requireNonNull(snapshot.piece(index));
        return copies.frame(snapshot, index, piece, body, ByteBufAllocator.DEFAULT);
    }

    @Test
    void aPieceIsOneCopyForAllStreamsWhateverTheirFraming() throws Exception {
        Snapshot snapshot = taken(2);
        copies.join(snapshot);
        copies.join(snapshot);
        ByteBuf chunk = frame(snapshot, 0, CHUNKED);
        ByteBuf plain = frame(snapshot, 0, PLAIN);
        chunk.setByte(chunk.writerIndex() - 3, '!');
        assertThat(plain.getByte(plain.writerIndex() - 1)).isEqualTo((byte) '!');
        assertThat(copies.bytes()).isEqualTo(chunk.capacity());

        copies.leave(snapshot);
        assertThat(copies.bytes()).isEqualTo(chunk.capacity());
        copies.leave(snapshot);
        assertThat(copies.bytes()).isZero();
        assertThat(unsent.held())
                .as("those that are being written")
                .isEqualTo(chunk.capacity() + StreamUnsentBytes.COPY_BYTES);
        chunk.release();
        plain.release();
    }

    @Test
    void ofMoreThanTheBoundTheOldestAreLetGo() throws Exception {
        int fits = HubSnapshotCopies.MOST_BYTES / (EVENT_BYTES + 32);
        Snapshot older = taken(fits / 2);
        Snapshot newer = taken(fits - 10);
        copies.join(older);
        copies.join(newer);
        ByteBuf kept = frame(older, 0, CHUNKED);
        for (int i = 1; i < older.pieces(); i++) {
            frame(older, i, CHUNKED).release();
        }
        for (int i = 0; i < newer.pieces(); i++) {
            frame(newer, i, CHUNKED).release();
            assertThat(copies.bytes()).isBetween(1, HubSnapshotCopies.MOST_BYTES);
        }
        ByteBuf again = frame(older, 0, CHUNKED);
        assertThat(again).isEqualTo(kept);
        kept.setByte(kept.writerIndex() - 3, '!');
        assertThat(again).as("another copy").isNotEqualTo(kept);

        again.release();
        kept.release();
        copies.leave(older);
        copies.leave(newer);
        assertThat(copies.bytes()).isZero();
    }
}
