package dev.freshet.hub;

import static dev.freshet.log.Readings.dataOn;
import static dev.freshet.log.Readings.readOn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.log.Batch;
import dev.freshet.log.Cursor;
import dev.freshet.log.Readings;
import dev.freshet.log.Retention;
import dev.freshet.log.StartRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class SseHubTest {
    private final SseHub hub = SseHub.create();

    private EventId publish(String topic, SseEvent event) {
        return hub.publish(topic, event).toCompletableFuture().join();
    }

    private Cursor follow(String... topics) {
        return hub.open(List.of(topics), StartRequest.latest()).cursor();
    }

    @Test
    void publishGivesThePositionOfTheEvent() {
        Cursor cursor = follow("news");
        EventId id = publish("news", SseEvent.of("hello"));

        assertThat(readOn(cursor)).containsExactly(new Readings.Read(id.toString(), "hello"));
        assertThat(hub.latest()).isEqualTo(id);
    }

    @Test
    void anEventsOwnIdStaysOnTheWire() {
        Cursor cursor = follow("news");
        publish("news", SseEvent.builder().id("order-7").data("hello").build());

        assertThat(readOn(cursor)).containsExactly(new Readings.Read("order-7", "hello"));
    }

    @Test
    void anEventIsWrittenWithItsIdLast() {
        Cursor cursor = follow("news");
        EventId id = publish("news", SseEvent.of("greeting", "hello"));
        Batch batch = cursor.next(1000, null);

        assertThat(StandardCharsets.UTF_8.decode(batch.bytes().duplicate()).toString())
                .isEqualTo("event: greeting\ndata: hello\nid: " + id + "\n\n");
    }

    @Test
    void anEventReachesAllWhoFollowItsTopicAndNobodyElse() {
        Cursor one = follow("news");
        Cursor two = follow("news", "sports");
        Cursor other = follow("sports");
        publish("news", SseEvent.of("hello"));

        assertThat(dataOn(one)).containsExactly("hello");
        assertThat(dataOn(two)).containsExactly("hello");
        assertThat(dataOn(other)).isEmpty();
    }

    @Test
    void theStatsCountWhatIsHeld() {
        SseHub small = SseHub.builder()
                .retention(Retention.builder().maxEvents(2).build())
                .build();
        long bytes = 0; // of the last two, whose ids differ in length
        for (int i = 0; i < 3; i++) {
            EventId id = small.publish("news", SseEvent.of("hello"))
                    .toCompletableFuture()
                    .join();
            bytes += i == 0 ? 0 : ("data: hello\nid: " + id + "\n\n").length();
        }
        HubStats stats = small.stats();

        assertThat(stats.topics()).isEqualTo(1);
        assertThat(stats.published()).isEqualTo(3);
        assertThat(stats.retainedEvents()).isEqualTo(2);
        assertThat(stats.retainedBytes()).isEqualTo(bytes);
    }

    @Test
    void anEmptyTopicIsRefused() {
        assertThatThrownBy(() -> hub.publish("", SseEvent.of("x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("topic: 0 characters (expected: 1 to 1024): \"\"");
        assertThatThrownBy(() -> follow("")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theLongestTopicIsTaken() {
        String longest = "t".repeat(SseHub.LONGEST_TOPIC);
        Cursor cursor = follow(longest);
        publish(longest, SseEvent.of("x"));

        assertThat(dataOn(cursor)).containsExactly("x");
    }

    @Test
    void aTooLongTopicIsRefusedAndShownCut() {
        assertThatThrownBy(() -> hub.publish("t".repeat(1025), SseEvent.of("x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("topic: 1025 characters (expected: 1 to 1024): \"" + "t".repeat(64) + "\"");
    }

    @Test
    void noTopicsAreRefused() {
        assertThatThrownBy(this::follow)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("topics: none (expected: at least one)");
    }

    @Test
    void aClosedHubRefusesToPublishButIsReadToTheEnd() {
        Cursor cursor = follow("news");
        publish("news", SseEvent.of("last"));
        hub.close();

        assertThatThrownBy(() -> hub.publish("news", SseEvent.of("x")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("hub: closed");
        assertThat(dataOn(cursor)).containsExactly("last");
        assertThat(cursor.next(100, null)).isSameAs(Batch.CLOSED);
    }

    @Test
    void optionsThatAreOutOfTheirRangeAreRefused() {
        assertThatThrownBy(() -> SseHub.builder().eventIdBytes(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("eventIdBytes: 0 (expected: 1 to 2147483647)");
        assertThatThrownBy(() -> SseHub.builder().forgottenFloors((1 << 24) + 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("forgottenFloors: 16777217 (expected: 1 to 16777216)");
    }

    @Test
    void twoHubsShareNoIncarnation() {
        try (SseHub other = SseHub.create()) {
            assertThat(hub.isOwn(hub.latest())).isTrue();
            assertThat(hub.isOwn(other.latest())).isFalse();
        }
    }
}
