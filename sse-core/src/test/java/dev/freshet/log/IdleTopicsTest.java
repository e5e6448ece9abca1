package dev.freshet.log;

import static dev.freshet.log.Readings.body;
import static dev.freshet.log.Readings.dataOn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.log.Start.Outcome;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class IdleTopicsTest {
    private static final Duration AGE = Duration.ofSeconds(80);

    private final TestClock clock = new TestClock();
    private final HubLog hub =
            new HubLog(Retention.builder().maxAge(AGE).build(), clock, new EventId(TestClock.START, 0));

    /** Enough events to have every topic looked at. */
    private void sweepAll() {
        clock.advance(AGE.multipliedBy(2));
        for (int i = 0; i < 20; i++) {
            hub.append("busy", body("tick"), null);
        }
    }

    @Test
    void topicsThatNobodyFollowsAndThatRetainNothingAreForgotten() {
        for (int i = 0; i < 1000; i++) {
            hub.append("topic " + i, body("x"), null);
        }
        sweepAll();

        assertThat(hub.stats().topics()).isEqualTo(1);
    }

    @Test
    void topicsThatClientsMadeUpAreForgotten() {
        for (int i = 0; i < 1000; i++) {
            hub.open(List.of("made up " + i), null, null).cursor().close();
        }
        sweepAll();

        assertThat(hub.stats().topics()).isEqualTo(1);
    }

    @Test
    void topicsThatClientsMadeUpAreForgottenThoughNothingIsPublished() {
        for (int i = 0; i < 1000; i++) {
            hub.open(List.of("made up " + i), null, null).cursor().close();
        }
        clock.advance(AGE);
        for (int i = 0; i < 20; i++) {
            hub.open(List.of("one more"), null, null).cursor().close();
        }

        assertThat(hub.stats().topics()).isLessThan(10);
    }

    @Test
    void aFollowedTopicIsNotForgotten() {
        Cursor cursor = hub.open(List.of("quiet"), null, null).cursor();
        sweepAll();
        hub.append("quiet", body("at last"), null);

        assertThat(dataOn(cursor)).containsExactly("at last");
    }

    @Test
    void closingACursorTwiceUnfollowsOnce() {
        Cursor closed = hub.open(List.of("quiet"), null, null).cursor();
        Cursor open = hub.open(List.of("quiet"), null, null).cursor();
        closed.close();
        closed.close();
        sweepAll();
        hub.append("quiet", body("at last"), null);

        assertThat(dataOn(open)).containsExactly("at last");
    }

    @Test
    void aClientBehindTheFloorOfAForgottenTopicIsToldReset() {
        EventId before = hub.append("other", body("1"), null);
        hub.append("quiet", body("2"), null);
        sweepAll();
        Start start = hub.open(List.of("quiet"), before.toString(), null);

        assertThat(start.outcome()).isEqualTo(Outcome.RESET);
        assertThat(start.reset()).extracting(Reset::reason).isEqualTo(Reset.Reason.EVICTED);
    }

    @Test
    void aClientAtTheNewestEventOfAForgottenTopicIsResumed() {
        EventId last = hub.append("quiet", body("1"), null);
        sweepAll();
        Start start = hub.open(List.of("quiet"), last.toString(), null);
        hub.append("quiet", body("2"), null);

        assertThat(start.outcome()).isEqualTo(Outcome.RESUMED);
        assertThat(dataOn(start.cursor())).containsExactly("2");
    }
}
