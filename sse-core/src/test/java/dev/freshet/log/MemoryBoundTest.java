package dev.freshet.log;

import static dev.freshet.log.Readings.body;
import static dev.freshet.log.Readings.dataOn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.EventId;
import dev.freshet.event.ResumeOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@link Retention#hubBytes} bounds all that a hub holds. */
class MemoryBoundTest {
    private static final long HUB_BYTES = 1 << 20;
    private static final String LONG_NAME = "n".repeat(1000);

    private final TestClock clock = new TestClock();
    private final HubLog hub =
            new HubLog(Retention.builder().maxBytes(100_000).hubBytes(HUB_BYTES).build(), clock, new EventId(0, 0));

    private static StartRequest earliest() {
        return StartRequest.latest().lastEventId("earliest");
    }

    private void assertBounded() {
        assertThat(TestLogs.stats(hub).held()).isBetween(0L, HUB_BYTES);
    }

    /** Follows made-up topics until one is refused. */
    private List<Cursor> followMany() {
        List<Cursor> followers = new ArrayList<>();
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 100_000; i++) {
                        followers.add(hub.open(List.of(LONG_NAME + i), StartRequest.latest())
                                .cursor());
                    }
                })
                .isInstanceOf(TooManyTopicsException.class);
        return followers;
    }

    @Test
    void topicsWithLongNamesAndLittleInThemAreCounted() {
        for (int i = 0; i < 20_000; i++) {
            hub.append(LONG_NAME + i, body(""), null);
            assertBounded();
        }

        assertThat(TestLogs.stats(hub).topics()).isBetween(200, 1000);
        assertThat(dataOn(hub.open(List.of(LONG_NAME + 19_999), earliest()).cursor()))
                .hasSize(1);
    }

    @Test
    void ownIdsAreCounted() {
        for (int i = 0; i < 20_000; i++) {
            hub.append("t" + i % 50, body("x"), LONG_NAME + i);
            assertBounded();
        }

        assertThat(TestLogs.stats(hub).events()).isBetween(100L, 1000L);
    }

    @Test
    void endsAreCounted() {
        for (int i = 0; i < 20_000; i++) {
            hub.write(new LogEntry(LogEntry.Kind.LAST, LONG_NAME + i, body("x"), null));
            assertBounded();
        }

        assertThat(hub.topic(LONG_NAME + 19_999).state()).isEqualTo(TopicState.ENDED);
    }

    @Test
    void smallSegmentsAreCounted() {
        for (int i = 0; i < 50_000; i++) {
            hub.append("t" + i % 5000, body("x"), null);
            assertBounded();
        }
    }

    @Test
    void allIsGivenBackWhenAllIsGone() {
        List<Cursor> followers = followMany();
        for (int i = 0; i < 3000; i++) {
            hub.append("t" + i % 300, body("x"), i % 2 == 0 ? "own " + i : null);
        }
        followers.forEach(Cursor::close);
        clock.advance(Duration.ofHours(9));
        HubLog empty = new HubLog(Retention.defaults(), clock, new EventId(0, 0));
        hub.append("last", body("x"), null);
        for (int i = 0; i < 100; i++) {
            hub.write(LogEntry.of(LogEntry.Kind.REMOVAL, "last"));
        }

        assertThat(TestLogs.stats(hub).topics()).isZero();
        assertThat(TestLogs.stats(empty).held()).isZero();
        long floorsAndEvictedIds = HUB_BYTES / 8 + HUB_BYTES / 16;
        assertThat(TestLogs.stats(hub).held()).isBetween(0L, floorsAndEvictedIds);
    }

    @Test
    void followersOfMadeUpTopicsAreRefusedOverAQuarterAndNoHistoryGoesForThem() {
        EventId first = hub.append("honest", body("0"), null);
        for (int i = 1; i < 700; i++) {
            hub.append("honest", body(i + "x".repeat(100)), null);
        }
        List<Cursor> followers = followMany();

        assertThat(followers).hasSizeBetween(80, 110);
        assertBounded();
        assertThat(dataOn(hub.open(List.of("honest"), StartRequest.latest().lastEventId(first.toString()))
                        .cursor()))
                .hasSize(699);
    }

    @Test
    void aTopicThatIsThereIsFollowedThoughNewOnesAreRefused() {
        hub.append("there", body("1"), null);
        followMany();
        Start start = hub.open(List.of("there"), earliest());

        assertThat(start.outcome()).isEqualTo(ResumeOutcome.RESUMED);
        assertThat(dataOn(start.cursor())).containsExactly("1");
    }

    @Test
    void topicsThatArePublishedToFirstAreRefusedOverAHalf() {
        List<Cursor> followers = new ArrayList<>();
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 100_000; i++) {
                        hub.append(LONG_NAME + i, body("x"), null);
                        followers.add(hub.open(List.of(LONG_NAME + i), StartRequest.latest())
                                .cursor());
                        assertBounded();
                    }
                })
                .isInstanceOf(TooManyTopicsException.class);
        for (int i = 0; i < 1000; i++) {
            hub.append("t" + i % 10, body("x".repeat(5000)), null);
            assertBounded();
        }

        assertThat(followers).hasSizeBetween(190, 220);
        assertThat(TestLogs.stats(hub).events()).isGreaterThan(50);
    }

    @Test
    void aRefusedStartFollowsNothing() {
        List<Cursor> followers = followMany();
        int topics = TestLogs.stats(hub).topics();
        followers.remove(0).close();
        assertThatThrownBy(() -> hub.open(List.of("short", LONG_NAME + "a", LONG_NAME + "b"), StartRequest.latest()))
                .isInstanceOf(TooManyTopicsException.class);

        assertThat(TestLogs.stats(hub).topics()).isEqualTo(topics - 1);
    }

    @Test
    void thereIsRoomAgainOnceOthersHaveLeft() {
        followMany().forEach(Cursor::close);

        assertThat(TestLogs.stats(hub).topics()).isZero();
        assertThat(followMany()).hasSizeBetween(80, 110);
    }

    @Test
    void publishersAreNotRefusedForFollowers() {
        List<Cursor> followers = followMany();
        for (int i = 0; i < 100; i++) {
            hub.append("new " + i, body("x"), null);
        }

        assertThat(TestLogs.stats(hub).events()).isEqualTo(100);
        assertBounded();
        assertThat(followers).noneMatch(Cursor::isLaggedOut);
    }

    @Test
    void aTopicThatIsEvictedWithItsLastSegmentIsForgotten() {
        hub.append("first", body("x"), null);
        for (int i = 0; i < 5000; i++) {
            hub.append("t", body("x".repeat(900)), null);
            hub.append("u", body("x".repeat(900)), null);
            for (int j = 0; j < 8; j++) {
                hub.append("more " + j, body("x".repeat(900)), null);
            }
        }

        assertThat(hub.topic("first").state()).isEqualTo(TopicState.UNKNOWN);
        assertThat(TestLogs.stats(hub).topics()).isEqualTo(10);
    }
}
