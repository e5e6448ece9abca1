package dev.freshet.log;

import static dev.freshet.harness.Conditions.await;
import static dev.freshet.log.Readings.body;
import static dev.freshet.log.Readings.dataOn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.EventId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Starts, ends and removals in a small memory: what was taken for a topic is given back, and history stays. */
class BudgetDriftTest {
    private static final long HUB_BYTES = 1 << 20;
    private static final int MANY = 5_000;

    private final TestClock clock = new TestClock();
    private final HubLog hub = hub(Map.of());

    private HubLog hub(Map<String, Retention> byPattern) {
        return HubLog.inMemory(new LogOptions(
                new Retentions(
                        Retention.builder()
                                .maxBytes(100_000)
                                .hubBytes(HUB_BYTES)
                                .build(),
                        byPattern),
                clock,
                clock::nanos,
                1,
                Duration.ofMillis(1)));
    }

    private void write(LogEntry.Kind kind, String topic) {
        hub.write(LogEntry.of(kind, topic));
    }

    private int retained() {
        Cursor cursor = hub.open(List.of("orders"), StartRequest.latest().lastEventId("earliest"))
                .cursor();
        int events = dataOn(cursor).size();
        cursor.close();
        return events;
    }

    private void publishOrders() {
        for (int i = 0; i < 200; i++) {
            hub.append("orders", body("order " + i), null);
        }
    }

    @Test
    void topicsThatAreStartedAndRemovedLeaveNothingBehind() {
        for (int i = 0; i < MANY; i++) {
            write(LogEntry.Kind.START, "t" + i);
            if (i % 2 == 0) {
                hub.append("t" + i, body("x"), null);
            }
            write(LogEntry.Kind.REMOVAL, "t" + i);
        }

        assertThat(TestLogs.stats(hub).topics()).isZero();
        assertThat(TestLogs.stats(hub).held()).isBetween(0L, 1_000L);
        publishOrders();
        assertThat(retained()).isEqualTo(200);
        assertThatThrownBy(() -> {
                    for (int i = 0; i < MANY; i++) {
                        hub.open(List.of("stranger" + i), StartRequest.latest());
                    }
                })
                .isInstanceOf(TooManyTopicsException.class);
    }

    @Test
    void topicsThatEndAndAreForgottenLeaveNothingBehind() {
        for (int i = 0; i < MANY; i++) {
            write(LogEntry.Kind.START, "t" + i);
            hub.write(new LogEntry(LogEntry.Kind.LAST, "t" + i, body("x"), null));
        }
        clock.advance(Duration.ofDays(1));
        for (int i = 0; i < MANY; i++) {
            hub.append("other", body("x"), null); // the sweep looks at some at each
        }
        write(LogEntry.Kind.REMOVAL, "other");

        assertThat(TestLogs.stats(hub).topics()).isZero();
        assertThat(TestLogs.stats(hub).held()).isBetween(0L, 1_000L);
    }

    @Test
    void topicsThatAreStartedAndStayOpenTakeNoHistory() {
        publishOrders();
        List<String> started = new ArrayList<>();
        assertThatThrownBy(() -> {
                    for (int i = 0; i < MANY; i++) {
                        write(LogEntry.Kind.START, "t" + i);
                        started.add("t" + i);
                    }
                })
                .isInstanceOf(TooManyTopicsException.class)
                .hasMessage("topics: those that are followed or open take what they may of retention.hubBytes");

        assertThat(TestLogs.stats(hub).held()).isBetween(0L, HUB_BYTES);
        assertThat(retained()).isEqualTo(200);
        started.forEach(topic -> write(LogEntry.Kind.REMOVAL, topic));
        write(LogEntry.Kind.START, "again");
    }

    @Test
    void whatIsPublishedToAQuietTopicIsNotTheFirstToGo() {
        Cursor alerts = hub.open(List.of("alerts"), StartRequest.latest()).cursor();
        hub.append("alerts", body("quiet"), null);
        assertThat(dataOn(alerts)).hasSize(1);
        for (int i = 0; i < 30; i++) {
            fill("t" + i, 20);
        }
        hub.append("alerts", body("fire"), null);
        fill("t0", 100);

        assertThat(dataOn(alerts)).containsExactly("fire");
    }

    private void fill(String topic, int events) {
        for (int i = 0; i < events; i++) {
            hub.append(topic, body("x".repeat(1_000)), null);
        }
    }

    @Test
    void anEventThatFoundNoMemoryHarmsNoneBehindIt() {
        hub.append("t", body("1"), null);
        EventId first = hub.latest();
        TopicLog log =
                hub.open(List.of("t"), StartRequest.latest()).cursor().logs().get(0);
        log.grow(100, 0); // and then there was none for the event
        for (int i = 2; i < 300; i++) {
            hub.append("t", body(i + "x".repeat(1_000)), null);
        }

        assertThat(log.floor()).isGreaterThan(first);
        assertThat(dataOn(hub.open(List.of("t"), StartRequest.latest().lastEventId("earliest"))
                        .cursor()))
                .endsWith("299" + "x".repeat(1_000))
                .hasSizeLessThan(100);
    }

    @Test
    void aTopicThatRetainsNothingCannotBeStarted() {
        HubLog typing = hub(Map.of("typing*", Retention.none()));
        assertThatThrownBy(() -> typing.write(LogEntry.of(LogEntry.Kind.START, "typing-7")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("topic: \"typing-7\", whose retention is none() "
                        + "(expected: one that retains something, for a topic that is started)");
    }

    @Test
    void aTopicThatRetainsNothingIsEmptiedWithoutTrafficAndOthersAreNotLookedAt() {
        HubLog typing = hub(Map.of("typing*", Retention.none()));
        typing.append("orders", body("kept"), null);
        typing.append("typing-7", body("on"), null);
        clock.advance(Duration.ofMillis(1_001));
        await("the timer empties it", () -> TestLogs.stats(typing).topics() == 1);
        assertThat(TestLogs.stats(typing).events()).isEqualTo(1);
    }
}
