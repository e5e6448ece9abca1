package dev.freshet.log;

import static dev.freshet.log.Readings.body;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.ResumeOutcome;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FloorsTest {
    private static final Duration AGE = Duration.ofSeconds(80);
    private static final int QUIET = 2000;

    private final TestClock clock = new TestClock();

    private HubLog hub(int floors) {
        return TestLogs.inMemory(Retention.builder().maxAge(AGE).build(), clock, floors, LogOptions.END_RETENTION);
    }

    /** Has an event of each topic expire, and the topics forgotten. */
    private void forget(HubLog hub, int topics) {
        for (int i = 0; i < topics; i++) {
            hub.append("forgotten " + i, body("x"), null);
        }
        clock.advance(AGE.multipliedBy(2));
        for (int i = 0; i < 20 + topics / 32; i++) {
            hub.append("busy", body("tick"), null);
        }
        assertThat(TestLogs.stats(hub).topics()).isEqualTo(1);
    }

    private static ResumeOutcome resume(HubLog hub, String topic, EventId position) {
        Start start = hub.open(List.of(topic), StartRequest.latest().lastEventId(position.toString()));
        start.cursor().close();
        return start.outcome();
    }

    @Test
    void aQuietTopicIsNotResetForAnotherThatWasForgotten() {
        HubLog hub = hub(LogOptions.FLOORS);
        Start quiet = hub.open(List.of("user-88"), StartRequest.latest());
        quiet.cursor().close();
        forget(hub, 1);

        assertThat(resume(hub, "user-88", quiet.position())).isEqualTo(ResumeOutcome.RESUMED);
    }

    @Test
    void aForgottenTopicIsResetWhateverItsFloorIsSharedWith() {
        for (int floors : new int[] {1, 7, LogOptions.FLOORS}) {
            HubLog hub = hub(floors);
            EventId position = hub.latest();
            forget(hub, 100);

            IntStream.range(0, 100).forEach(i -> assertThat(resume(hub, "forgotten " + i, position))
                    .isEqualTo(ResumeOutcome.RESET));
        }
    }

    @Test
    void topicsThatShareTheOnlyFloorAreResetTogether() {
        HubLog hub = hub(1);
        EventId position = hub.latest();
        forget(hub, 1);

        assertThat(resume(hub, "user-88", position)).isEqualTo(ResumeOutcome.RESET);
    }

    @Test
    void whatIsPublishedAfterTheFloorIsResumed() {
        HubLog hub = hub(1);
        forget(hub, 3);
        EventId position = hub.append("user-88", body("1"), null);

        assertThat(resume(hub, "user-88", position)).isEqualTo(ResumeOutcome.RESUMED);
    }

    /** As the builder's documentation says; the bounds are five standard deviations away. */
    @ParameterizedTest
    @CsvSource({"1000,0.0151", "100000,0.7826"})
    void theShareOfQuietTopicsThatAreResetFalselyIsWhatIsSaid(int forgotten, double said) {
        HubLog hub = hub(LogOptions.FLOORS);
        EventId position = hub.latest();
        forget(hub, forgotten);
        long reset = IntStream.range(0, QUIET)
                .filter(i -> resume(hub, "quiet " + i, position) == ResumeOutcome.RESET)
                .count();

        double bound = 5 * Math.sqrt(said * (1 - said) / QUIET);
        assertThat((double) reset / QUIET).isBetween(said - bound, said + bound);
    }

    @Test
    void theHashSpreadsNamesThatDifferLittle() {
        NameHash hash = new NameHash();
        long distinct = IntStream.range(0, 10_000)
                .mapToLong(i -> hash.of("user-" + i))
                .distinct()
                .count();

        assertThat(distinct).isEqualTo(10_000);
        assertThat(hash.of("a")).isEqualTo(hash.of("a")).isNotEqualTo(hash.of("b"));
        assertThat(hash.of("")).isNotEqualTo(hash.of("\0"));
        assertThat(hash.of("a")).isNotEqualTo(new NameHash().of("a"));
    }
}
