package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseSnapshot;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The reply of an endpoint is read by a test without a server. */
class SseReplyReadTest extends ServerFixture {
    private static final EventId POSITION = new EventId(1, 2);

    private final SseReply.Subscribe plain = SseReply.subscribe(hub, "a", "b");

    @Test
    void aPlainSubscriptionHasNoStartAndNoBound() {
        assertThat(plain.topics()).containsExactly("a", "b");
        assertThat(plain.from()).isNull();
        assertThat(plain.fromTime()).isNull();
        assertThat(plain.notBefore()).isNull();
        assertThat(plain.snapshot()).isNull();
        assertThat(plain.sharedSnapshot()).isNull();
        assertThat(plain.opening()).isNull();
    }

    @Test
    void theStartIsRead() {
        assertThat(plain.from(POSITION).from()).isEqualTo(POSITION);
        assertThat(plain.from(POSITION).fromTime()).isNull();
        assertThat(plain.from(Instant.EPOCH).fromTime()).isEqualTo(Instant.EPOCH);
        assertThat(plain.fromEarliest().fromTime()).isEqualTo(Instant.MIN);
    }

    @Test
    void theBoundIsRead() {
        assertThat(plain.fromEarliest().notBefore(POSITION).notBefore()).isEqualTo(POSITION);
    }

    @Test
    void theEventsOfASnapshotAreRead() {
        List<SseEvent> state = List.of(SseEvent.of("state"));
        SseReply.Subscribe reply = plain.snapshot(() -> state);
        assertThat(Objects.requireNonNull(reply.snapshot()).get()).isEqualTo(state);
        assertThat(reply.sharedSnapshot()).isNull();
    }

    @Test
    void aSharedSnapshotIsRead() {
        SseSnapshot shared =
                SseSnapshot.of(hub, List.of("a", "b"), Runnable::run, () -> SseSnapshot.State.of(List.of()));
        SseReply.Subscribe reply = plain.snapshot(shared);
        assertThat(reply.sharedSnapshot()).isSameAs(shared);
        assertThat(reply.snapshot()).isNull();
    }

    @Test
    void theOpeningIsRead() {
        assertThat(plain.opening(StreamOpening.NONE).opening()).isEqualTo(StreamOpening.NONE);
    }

    @Test
    void theReasonOfARefusalIsRead() {
        HttpAnswer refusal = SseReply.refuse(403, "not yours");
        assertThat(refusal.status()).isEqualTo(403);
        assertThat(refusal.reason()).isEqualTo("not yours");
        assertThat(SseReply.refuse(401).reason()).isEqualTo("Unauthorized");
    }

    @Test
    void anAnswerThatIsNoRefusalHasNoReason() {
        assertThat(SseReply.stop().reason()).isNull();
    }

    @Test
    void anAnswerInJsonIsRead() {
        HttpAnswer answer = SseReply.json(201, Map.of("open", true));
        assertThat(answer.contentType()).isEqualTo("application/json");
        assertThat(answer.bodyText()).isEqualTo("{\"open\":true}");
    }

    @Test
    void aLaterReplyIsRead() {
        SseReply.When later = SseReply.when(CompletableFuture.completedFuture(plain));
        assertThat(later.stage().toCompletableFuture()).isCompletedWithValueMatching(reply -> reply == plain);
    }

    @Test
    void aReplyThatIsNotOfTheExpectedKindIsShown() {
        assertThat(plain).hasToString("Subscribe[a, b]");
        assertThat(SseReply.stream(List.of())).hasToString("Stream[dev.freshet.netty.PublisherEventList]");
        assertThat(SseReply.stop()).hasToString("HttpAnswer[204  \"\" []]");
    }

    @Test
    void anAnswerIsShownWithAllThatItIsComparedBy() {
        assertThat(SseReply.refuse(403, "not yours").header("X-Room", "1"))
                .hasToString("HttpAnswer[403 text/plain;charset=utf-8 \"not yours\" [X-Room=1]]");
        assertThat(SseReply.answer(200, "text/plain", "hello")).hasToString("HttpAnswer[200 text/plain \"hello\" []]");
        assertThat(SseReply.answer(200, "text/plain", "a\r\nb").header("Set-Cookie", "id=secret"))
                .hasToString("HttpAnswer[200 text/plain \"a??b\" [Set-Cookie]]");
    }

    @Test
    void ofALongBodyTheBeginIsShown() {
        assertThat(SseReply.answer(200, "text/plain", "x".repeat(201)))
                .hasToString("HttpAnswer[200 text/plain \"" + "x".repeat(200) + "...\" []]");
    }
}
