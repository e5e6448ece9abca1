package dev.freshet.log;

import static dev.freshet.log.Readings.body;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@link HubLog#onFollowers}, for topics that are kept though nobody follows them, and for those that are not. */
class FollowersOfTopicsTest {
    private final HubLog hub = TestLogs.inMemory(Retention.defaults(), new TestClock());
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
}
