package dev.freshet.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.harness.LogReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FollowerWatchesTest {
    private final LogState state = new LogState(
            LogOptions.of(Retention.defaults(), new TestClock()),
            IdSequence.startingAt(new EventId(0, 0)),
            new NameHash());
    private final FollowerWatches watches = new FollowerWatches(state);
    private final List<String> told = new ArrayList<>();

    private class Recorder implements FollowerListener {
        @Override
        public void first(String topic) {
            assertThat(state.isLocked()).isFalse();
            told.add("first " + topic);
        }

        @Override
        public void last(String topic) {
            assertThat(state.isLocked()).isFalse();
            told.add("last " + topic);
        }
    }

    private FollowerListener.Registration register(String topic, FollowerListener listener) {
        return watches.register(topic, listener, () -> false);
    }

    private void change(String topic, boolean isFollowed) {
        state.locked(() -> watches.followed(topic, isFollowed));
    }

    private void changeAndTell(String topic, boolean isFollowed) {
        change(topic, isFollowed);
        watches.tell(topic);
    }

    @Test
    void changesAreToldInTurn() {
        register("a", new Recorder());
        changeAndTell("a", true);
        changeAndTell("a", true);
        changeAndTell("a", false);
        changeAndTell("a", false);
        changeAndTell("a", true);

        assertThat(told).containsExactly("first a", "last a", "first a");
    }

    @Test
    void aChangeThatWasTakenBackBeforeItWasToldIsNotTold() {
        register("a", new Recorder());
        change("a", true);
        changeAndTell("a", false);

        assertThat(told).isEmpty();
    }

    @Test
    void otherTopicsAreNotTold() {
        register("a", new Recorder());
        changeAndTell("b", true);

        assertThat(told).isEmpty();
    }

    @Test
    void aTopicThatIsFollowedIsToldAtTheRegistration() {
        watches.register("a", new Recorder(), () -> {
            assertThat(state.isLocked()).isTrue();
            return true;
        });

        assertThat(told).containsExactly("first a");
    }

    @Test
    void aChangeThatAListenerCausesIsToldAfterItsCall() {
        register("a", new Recorder() {
            @Override
            public void first(String topic) {
                changeAndTell(topic, false);
                super.first(topic);
            }
        });
        changeAndTell("a", true);

        assertThat(told).containsExactly("first a", "last a");
    }

    @Test
    void aListenerThatFailsIsToldTheNextChange() {
        register("a", new Recorder() {
            @Override
            public void first(String topic) {
                super.first(topic);
                throw new IllegalStateException("as the test wants");
            }
        });
        String log = LogReader.logged(() -> changeAndTell("a", true));
        changeAndTell("a", false);

        assertThat(told).containsExactly("first a", "last a");
        assertThat(log).contains("listener to the followers of a topic failed", "as the test wants");
    }

    @Test
    void aListenerWhoseFailureHasNoTextIsToldTheNextChange() {
        register("a", new Recorder() {
            @Override
            public void first(String topic) {
                super.first(topic);
                throw new IllegalStateException() {
                    private static final long serialVersionUID = 1;

                    @Override
                    public String toString() {
                        throw new IllegalStateException("as the test wants");
                    }
                };
            }
        });
        String log = LogReader.logged(() -> changeAndTell("a", true));
        changeAndTell("a", false);

        assertThat(told).containsExactly("first a", "last a");
        assertThat(log).contains("listener to the followers of a topic failed", "[toString() threw ");
    }

    @Test
    void aRegistrationThatIsClosedIsToldNothingAndTheOthersOfTheTopicAre() {
        FollowerListener.Registration closed = register("a", new Recorder());
        register("a", new Recorder());
        change("a", true);
        closed.close();
        closed.close();
        watches.tell("a");

        assertThat(told).containsExactly("first a");
    }

    @Test
    void aListenerThatClosesItsRegistrationInACallIsToldNothingMore() {
        FollowerListener.Registration[] own = new FollowerListener.Registration[1];
        own[0] = register("a", new Recorder() {
            @Override
            public void first(String topic) {
                super.first(topic);
                changeAndTell(topic, false);
                own[0].close();
            }
        });
        changeAndTell("a", true);

        assertThat(told).containsExactly("first a");
    }

    @Test
    void nothingIsKeptOfATopicWithoutListeners() {
        assertThat(watches.hasAny()).isFalse();
        FollowerListener.Registration first = register("a", new Recorder());
        FollowerListener.Registration second = register("a", new Recorder());
        first.close();
        assertThat(watches.hasAny()).isTrue();
        second.close();

        assertThat(watches.hasAny()).isFalse();
    }
}
