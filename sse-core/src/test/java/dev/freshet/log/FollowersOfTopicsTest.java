package dev.freshet.log;

import static dev.freshet.log.Readings.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.EventId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@link HubLog#onFollowers}, for topics that are kept though nobody follows them, and for those that are not. */
class FollowersOfTopicsTest {
    private static final Duration KEPT = Duration.ofSeconds(7);

    private final TestClock clock = new TestClock();
    private final HubLog hub = TestLogs.inMemory(
            Retention.builder().maxBytes(1 << 10).hubBytes(1 << 15).build(), clock, 1, KEPT);
    private final List<String> told = new ArrayList<>();

    private FollowerListener.Registration listen(String topic) {
        return hub.onFollowers(topic, new FollowerListener() {
            @Override
            public void first(String name) {
                told.add("first " + name);
            }

            @Override
            public void last(String name) {
                told.add("last " + name);
            }
        });
    }

    private Cursor follow(String... topics) {
        return hub.open(List.of(topics), StartRequest.latest()).cursor();
    }

    @Test
    void theLastFollowerOfATopicThatRetainsEventsIsTold() {
        for (String topic : List.of("a", "b")) {
            hub.append(topic, body("1"), null);
            listen(topic);
            Cursor one = follow(topic);
            Cursor two = follow(topic);
            one.close();
            assertThat(told).containsExactly("first " + topic);
            two.close();
            assertThat(told).containsExactly("first " + topic, "last " + topic);
            told.clear();
        }
    }

    @Test
    void theLastFollowerOfATopicThatIsForgottenIsTold() {
        listen("a");
        follow("a").close();

        assertThat(told).containsExactly("first a", "last a");
    }

    @Test
    void theFollowersOfARemovedTopicFollowItNoMore() {
        listen("a");
        Cursor before = follow("a");
        hub.write(LogEntry.of(LogEntry.Kind.REMOVAL, "a"));
        assertThat(told).containsExactly("first a", "last a");
        follow("a");
        before.close();

        assertThat(told).containsExactly("first a", "last a", "first a");
    }

    @Test
    void aTopicThatIsFollowedIsToldAtTheRegistrationAndOneThatIsNotIsNot() {
        hub.append("b", body("1"), null);
        follow("a", "c");
        listen("a");
        listen("b");

        assertThat(told).containsExactly("first a");
    }

    @Test
    void aRegistrationThatIsClosedIsToldNothing() {
        FollowerListener.Registration registration = listen("a");
        registration.close();
        follow("a").close();

        assertThat(told).isEmpty();
    }

    /** Follows a topic that ends, and lets the time pass for which its end is kept. Returns its start. */
    private EventId followUntilItsEndIsOver(String topic) {
        EventId start = hub.write(LogEntry.of(LogEntry.Kind.START, topic));
        listen(topic);
        follow(topic);
        hub.write(new LogEntry(LogEntry.Kind.LAST, topic, body("last"), null));
        clock.advance(KEPT);
        assertThat(told).containsExactly("first " + topic);
        return start;
    }

    @Test
    void anEntryThatIsRefusedBecauseItsTopicIsOverTellsThatItsFollowersAreGone() {
        EventId start = followUntilItsEndIsOver("a");
        LogEntry late = new LogEntry(LogEntry.Kind.EVENT, "a", body("late"), null).of(start);

        assertThatThrownBy(() -> hub.write(late)).isInstanceOf(TopicEndedException.class);
        assertThat(told).containsExactly("first a", "last a");
    }

    @Test
    void anOpenThatIsRefusedTellsThatTheFollowersOfATopicThatIsOverAreGone() {
        followUntilItsEndIsOver("a");
        String tooLong = "n".repeat(5_000);

        assertThatThrownBy(() -> follow("a", tooLong)).isInstanceOf(TooManyTopicsException.class);
        assertThat(told).containsExactly("first a", "last a");
    }
}
