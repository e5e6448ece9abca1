package dev.freshet.log;

import static dev.freshet.log.Readings.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.topic.TopicPatterns;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetentionsTest {
    private final TestClock clock = new TestClock();
    private final Retention two = Retention.builder().maxEvents(2).build();

    private HubLog hub(Retention retention, Map<String, Retention> byPattern) {
        return HubLog.inMemory(
                new LogOptions(new Retentions(retention, byPattern), clock, clock::nanos, 1, Duration.ofHours(1)));
    }

    private static List<String> retained(HubLog hub, String topic) {
        return Readings.dataOn(hub.open(List.of(topic), StartRequest.latest().lastEventId("earliest"))
                .cursor());
    }

    @ParameterizedTest
    @CsvSource({
        "rooms/7, 4",
        "rooms/7/typing, 3",
        "rooms/70, 3",
        "rooms/, 3",
        "rooms, 2",
        "room, 2",
        "r, 2",
        "other, 1",
        "*, 1"
    })
    void theTopicItselfCountsElseTheLongestBeginningElseTheHub(String topic, int maxEvents) {
        Retentions retentions = new Retentions(
                Retention.builder().maxEvents(1).build(),
                Map.of(
                        "r*", two,
                        "rooms/*", Retention.builder().maxEvents(3).build(),
                        "rooms/7", Retention.builder().maxEvents(4).build()));

        assertThat(retentions.of(topic).maxEvents()).isEqualTo(maxEvents);
    }

    @Test
    void aStarAloneIsTheBeginningOfEveryTopic() {
        assertThat(new Retentions(Retention.defaults(), Map.of("*", two))
                        .of("any")
                        .maxEvents())
                .isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "*a", "a*b", "**"})
    void aPatternWithAStarBeforeItsEndIsRefused(String pattern) {
        assertThatThrownBy(() -> TopicPatterns.check(pattern))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("topicPattern: \"" + pattern + "\" (expected: a topic, or the beginning of topics and *)");
    }

    @Test
    void eachTopicRetainsWhatItsPatternSays() {
        HubLog hub = hub(Retention.builder().maxEvents(5).build(), Map.of("few*", two));
        for (int i = 0; i < 9; i++) {
            hub.append("few", body("" + i), null);
            hub.append("more", body("" + i), null);
        }

        assertThat(retained(hub, "few")).containsExactly("7", "8");
        assertThat(retained(hub, "more")).containsExactly("4", "5", "6", "7", "8");
    }

    @Test
    void eachTopicIsAsOldAsItsPatternSays() {
        Retention young = Retention.builder().maxAge(Duration.ofSeconds(10)).build();
        HubLog hub = hub(Retention.defaults(), Map.of("young", young));
        hub.append("young", body("1"), null);
        hub.append("old", body("2"), null);
        clock.advance(Duration.ofSeconds(11));
        hub.append("old", body("3"), null);

        assertThat(TestLogs.stats(hub).events()).isEqualTo(2);
        assertThat(retained(hub, "old")).containsExactly("2", "3");
    }

    @Test
    void noEventIsLargerThanItsTopicMayRetain() {
        Retention small = Retention.builder().maxBytes(1024).build();
        HubLog hub = hub(Retention.defaults(), Map.of("small", small));
        hub.append("large", new byte[2000], null);

        assertThatThrownBy(() -> hub.append("small", new byte[961], null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("event: 961 bytes (expected: at most 960, from retention.maxBytes)");
    }

    @Test
    void noTopicRetainsMoreThanTheHub() {
        Retention hub = Retention.builder().maxBytes(2048).hubBytes(4096).build();

        assertThat(new Retentions(hub, Map.of("t", two)).of("t").maxBytes()).isEqualTo(4096);
    }

    @Test
    void theShortestAgeIsThatOfTheTopicsThatRetainSomething() {
        Retention hub = Retention.builder().maxAge(Duration.ofSeconds(80)).build();
        Retention shorter = Retention.builder().maxAge(Duration.ofSeconds(8)).build();
        Retention longer = Retention.builder().maxAge(Duration.ofHours(8)).build();

        assertThat(new Retentions(hub, Map.of("typing", Retention.none(), "long", longer)).shortestMillis())
                .isEqualTo(80_000);
        assertThat(new Retentions(hub, Map.of("short", shorter, "long", longer)).shortestMillis())
                .isEqualTo(8_000);
    }
}
