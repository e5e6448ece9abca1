package dev.freshet.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import java.time.Duration;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When the pass over all logs begins, and how many logs it visits. A topic that is made and never used is idle. */
class TopicsPassTest {
    private static final long KEPT = 5_000;
    private static final int LOOKS = 64;

    private final TestClock clock = new TestClock();
    private final LogState state = state(Duration.ofSeconds(80));
    private final Topics topics = topics(state);
    private final long period = topics.pass().delayMillis();

    private LogState state(Duration maxAge) {
        return new LogState(
                LogOptions.of(Retention.builder().maxAge(maxAge).build(), clock),
                IdSequence.startingAt(new EventId(0, 0)),
                new NameHash());
    }

    private static Topics topics(LogState state) {
        return new Topics(
                state,
                new FollowerWatches(state),
                new Floors(new NameHash(), 16, 1 << 16, new EventId(0, 0), state.budget()),
                new Ends(KEPT, 1 << 16, state.budget()),
                0);
    }

    private <T> T locked(Supplier<T> action) {
        return state.underLock(action);
    }

    private void make(String prefix, int count) {
        state.locked(() -> {
            for (int i = 0; i < count; i++) {
                topics.log(prefix + i, 0);
            }
        });
    }

    private void follow(int count) {
        state.locked(() -> {
            for (int i = 0; i < count; i++) {
                topics.follow(topics.log("followed " + i, 0));
            }
        });
    }

    private void sweep(long now) {
        state.locked(() -> topics.sweep(now));
    }

    private int size() {
        return locked(() -> topics.all().size());
    }

    private boolean isNeeded() {
        return locked(() -> topics.pass().isNeeded());
    }

    private boolean part() {
        return locked(() -> topics.pass().part());
    }

    @ParameterizedTest
    @CsvSource({"1,1000", "8000,1000", "8008,1001", "80000,10000", "480000,60000", "3600000,60000"})
    void aPassIsDueAfterAnEighthOfTheShortestAgeBetweenASecondAndAMinute(long age, long delay) {
        assertThat(topics(state(Duration.ofMillis(age))).pass().delayMillis()).isEqualTo(delay);
    }

    @Test
    void noTimerIsNeededForTopicsThatHoldNeitherEventsNorEnds() {
        make("idle ", 3);

        assertThat(isNeeded()).isFalse();
    }

    @Test
    void aTimerIsNeededForEvents() {
        append("a");

        assertThat(isNeeded()).isTrue();
    }

    private TopicLog append(String topic) {
        return locked(() -> {
            TopicLog log = topics.log(topic, 0);
            log.append(new EventId(1, 1), 0, new byte[10], new byte[0], 0, null);
            topics.written(log);
            return log;
        });
    }

    @Test
    void aTimerIsNeededForAnEndUntilItsTimeIsOver() {
        state.locked(() -> topics.endedBefore("a", new TopicEnd(null, new EventId(1, 1), 0)));
        assertThat(isNeeded()).isTrue();
        clock.advance(Duration.ofMillis(KEPT));
        part();

        assertThat(isNeeded()).isFalse();
        assertThat(state.budget().held()).isZero();
    }

    @Test
    void aPassBeginsWhenItIsDueAndNotBefore() {
        make("idle ", 3);
        sweep(period - 1);
        assertThat(size()).isEqualTo(3);
        sweep(period);
        assertThat(size()).isZero();
        make("idle ", 3);
        sweep(2 * period - 1);
        assertThat(size()).isEqualTo(3);
        sweep(2 * period);

        assertThat(size()).isZero();
    }

    @Test
    void aCallVisitsSomeTopicsAndFourMoreForEachNewOne() {
        make("idle ", 1_000);
        sweep(0);
        make("new ", 10);
        sweep(period);
        int left = 1_010 - LOOKS - 4 * 10;
        assertThat(size()).isEqualTo(left);
        sweep(period);

        assertThat(size()).isEqualTo(left - LOOKS);
    }

    @Test
    void aPassThatHasBegunGoesOnAtOnceToItsEnd() {
        follow(2 * LOOKS);
        make("idle ", 1);
        sweep(0);
        sweep(period);
        make("idle ", 2);
        sweep(period);
        sweep(period);
        sweep(period + 1);

        assertThat(size()).isEqualTo(2 * LOOKS + 2);
    }

    @Test
    void aPassBeginsEarlierWhenThereAreManyTopics() {
        make("idle ", 1_023);
        sweep(0);
        assertThat(size()).isEqualTo(1_023);
        make("one more ", 1);
        sweep(0);

        assertThat(size()).isEqualTo(1_024 - LOOKS - 4);
    }

    @Test
    void theNextPassBeginsWhenThereAreTwiceAsManyTopicsAsTheLastLeft() {
        follow(600);
        sweep(period);
        assertThat(size()).isEqualTo(600);
        make("idle ", 599);
        sweep(period);
        assertThat(size()).isEqualTo(1_199);
        make("one more ", 1);
        sweep(period);

        assertThat(size()).isEqualTo(1_200 - LOOKS - 4);
    }

    @Test
    void theTimerVisitsMoreTopicsAndSaysWhetherThereAreOthers() {
        make("idle ", 513);

        assertThat(part()).isTrue();
        assertThat(size()).isEqualTo(513 - 256);
        assertThat(part()).isTrue();
        assertThat(part()).isFalse();
        assertThat(size()).isZero();
    }

    @Test
    void whatIsForgottenDuringAPassDoesNotStopIt() {
        follow(300);
        make("idle ", 300);
        part();
        state.locked(() -> {
            for (int i = 0; i < 290; i++) {
                topics.unfollow(topics.log("followed " + i, 0));
            }
        });
        for (int i = 0; i < 100 && part(); i++) {}

        assertThat(size()).isEqualTo(10);
    }

    @Test
    void aPassGoesOnToTheVeryFirstTopic() {
        make("idle ", 1);
        follow(LOOKS);
        sweep(0);
        sweep(period);
        assertThat(size()).isEqualTo(LOOKS + 1);
        sweep(period);

        assertThat(size()).isEqualTo(LOOKS);
    }

    @Test
    void aPassThatIsNotDueGoesOnToTheVeryFirstTopic() {
        make("idle ", 1);
        follow(1_008);
        sweep(0);
        make("new ", 16);
        sweep(0); // begins, as there are many: visits the new ones and 112 others
        for (int i = 0; i < 896 / LOOKS; i++) {
            sweep(0);
        }
        assertThat(size()).isEqualTo(1_009);
        sweep(0);

        assertThat(size()).isEqualTo(1_008);
    }
}
