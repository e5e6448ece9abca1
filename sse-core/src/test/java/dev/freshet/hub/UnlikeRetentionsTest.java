package dev.freshet.hub;

import static dev.freshet.log.Readings.dataOn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.ResumeOutcome;
import dev.freshet.event.SseEvent;
import dev.freshet.log.Cursor;
import dev.freshet.log.Retention;
import dev.freshet.log.Start;
import dev.freshet.log.StartRequest;
import dev.freshet.store.MemoryStore;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Nodes on one store that retain different things of the same topics. */
class UnlikeRetentionsTest {
    private static final SseEvent LARGE = SseEvent.of("x".repeat(300_000));

    private final MemoryStore store = new MemoryStore();
    private final SseHub sender = SseHub.builder().store(store).build();

    private static Start earliest(SseHub hub, String... topics) {
        return hub.open(List.of(topics), StartRequest.latest().lastEventId("earliest"));
    }

    private void publishOrders() {
        for (int i = 0; i < 50; i++) {
            sender.publish("orders", SseEvent.of("order " + i));
        }
    }

    @Test
    void anEventThatATopicWithoutHistoryCannotKeepHarmsNothing() {
        SseHub hub = SseHub.builder()
                .store(store)
                .retention("typing*", Retention.none())
                .build();
        publishOrders();
        Cursor both =
                hub.open(List.of("orders", "typing-7"), StartRequest.latest()).cursor();
        sender.publish("typing-7", LARGE);
        sender.publish("orders", SseEvent.of("one more"));

        assertThat(dataOn(both)).containsExactly("one more");
        assertThat(dataOn(earliest(hub, "orders").cursor())).hasSize(51);
        assertThat(hub.latest()).isEqualTo(sender.latest());
    }

    @Test
    void anEventThatATopicCannotKeepIsALossOfThatTopicAlone() {
        SseHub hub = SseHub.builder()
                .store(store)
                .retention("small", Retention.builder().maxBytes(10_000).build())
                .build();
        publishOrders();
        sender.publish("small", SseEvent.of("before"));
        Cursor small = hub.open(List.of("small"), StartRequest.latest()).cursor();
        Cursor orders = hub.open(List.of("orders"), StartRequest.latest()).cursor();
        String before = String.valueOf(hub.latest());
        sender.publish("small", LARGE);
        sender.publish("orders", SseEvent.of("one more"));

        assertThat(small.isLaggedOut()).isTrue();
        assertThat(dataOn(orders)).containsExactly("one more");
        assertThat(dataOn(earliest(hub, "orders").cursor())).hasSize(51);
        assertThat(hub.open(List.of("small"), StartRequest.latest().lastEventId(before))
                        .outcome())
                .isEqualTo(ResumeOutcome.RESET);
        assertThat(hub.open(List.of("orders"), StartRequest.latest().lastEventId(before))
                        .outcome())
                .isEqualTo(ResumeOutcome.RESUMED);
    }

    @Test
    void anEventThatATopicWithoutFollowersCannotKeepIsToldToWhoComesBack() {
        SseHub hub = SseHub.builder()
                .store(store)
                .retention("small", Retention.builder().maxBytes(10_000).build())
                .build();
        publishOrders();
        String before = String.valueOf(hub.latest());
        sender.publish("small", LARGE);

        assertThat(hub.open(List.of("small"), StartRequest.latest().lastEventId(before))
                        .outcome())
                .isEqualTo(ResumeOutcome.RESET);
    }
}
