package dev.freshet.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.event.SseEvent;
import dev.freshet.log.Retention;
import dev.freshet.store.StoredEntry.Kind;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Leases of several patterns, and what they may be given. */
class LeaseOptionsTest extends TopicLeasesFixture {
    @Test
    void aLongLeaseIsRenewedByAtMostTwelveEntriesThoughThereIsAShortOne() {
        Duration minute = Duration.ofMinutes(1);
        SseHub here = SseHub.builder()
                .store(store)
                .ticker(nanos::get)
                .lease("jobs/*", minute.multipliedBy(60), LAST)
                .lease("chat/*", minute, LAST)
                .build();
        nodes.add(here);
        for (int i = 0; i < 60; i++) { // each is due at another time
            start(here, "jobs/" + i);
            pass(minute.dividedBy(3));
        }
        for (int i = 0; i < 60 * 12; i++) { // the checks of the short lease
            pass(minute.dividedBy(12));
            check(here);
        }
        assertThat(store.count(Kind.RENEWAL, "")).isPositive().isLessThanOrEqualTo(12);
    }

    @Test
    void aLastEventThatItsTopicsMayNotRetainIsRefused() {
        SseHubBuilder builder = SseHub.builder()
                .store(store)
                .retention("answers/*", Retention.builder().maxBytes(1024).build())
                .lease("answers/*", TIME, SseEvent.of("x".repeat(2048)));
        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessageStartingWith("lease.last of \"answers/*\": event: 2055 bytes (expected: at most 960");
    }

    @Test
    void aLastEventThatSomeOfItsTopicsMayNotRetainIsRefused() {
        SseHubBuilder builder = SseHub.builder()
                .store(store)
                .retention("chat/*", Retention.builder().maxBytes(1024).build())
                .lease("*", TIME, SseEvent.of("x".repeat(2048)));
        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessageStartingWith("lease.last of \"*\": event: 2055 bytes (expected: at most 960");
    }

    @Test
    void aLastEventIsNotCheckedAgainstTheRetentionOfTopicsOfAnotherLease() {
        nodes.add(SseHub.builder()
                .store(store)
                .retention("chat/*", Retention.builder().maxBytes(1024).build())
                .retention("typing/*", Retention.none())
                .lease("*", TIME, SseEvent.of("x".repeat(300_000)))
                .lease("chat/*", TIME, LAST)
                .build());
    }

    @Test
    void aLastEventIsCheckedWhereAnotherLeaseHasOnlyOneOfTheTopics() {
        SseHubBuilder builder = SseHub.builder()
                .store(store)
                .retention("answers/a*", Retention.builder().maxBytes(1024).build())
                .lease("answers/*", TIME, SseEvent.of("x".repeat(2048)))
                .lease("answers/a", TIME, LAST);
        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessageStartingWith("lease.last of \"answers/*\": event: 2055 bytes");
    }
}
