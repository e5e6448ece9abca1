package dev.freshet.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LeaseTasksTest {
    private static final long PATIENCE_SECONDS = 20;

    @Test
    void aCheckIsRunAlsoWhereARenewalThatIsDueWithItFails() throws Exception {
        CountDownLatch isFirst = new CountDownLatch(1);
        CountDownLatch areBothDue = new CountDownLatch(1);
        CountDownLatch checked = new CountDownLatch(1);
        AtomicInteger renewals = new AtomicInteger();
        LeaseTasks tasks = new LeaseTasks(checked::countDown, topics -> {
            isFirst.countDown();
            awaitQuietly(areBothDue);
            if (renewals.incrementAndGet() == 2) {
                throw new IllegalStateException("as the test wants it");
            }
        });
        tasks.renew(List.of(open("first")));
        assertThat(isFirst.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();

        tasks.renew(List.of(open("second")));
        tasks.check();
        areBothDue.countDown();

        assertThat(checked.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    private static DueTopics.Open open(String topic) {
        return new DueTopics.Open(
                topic, new EventId(1, 1), new TopicLease(Duration.ofMinutes(1), SseEvent.of("lost")), 0);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
