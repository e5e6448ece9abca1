package dev.freshet.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.freshet.event.EventId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LeaseTasksTest {
    private static final long PATIENCE_SECONDS = 20;

    private final List<String> done = new ArrayList<>();
    private final Queue<Runnable> queued = new ArrayDeque<>();
    private final Queue<Runnable> meanwhile = new ArrayDeque<>();
    private final LeaseTasks tasks = new LeaseTasks(() -> does("check"), this::renew, queued::add);

    private void renew(List<DueTopics.Open> topics) {
        does(topics.stream().map(each -> each.topic).toList().toString());
    }

    private void does(String what) {
        done.add(what);
        if (!meanwhile.isEmpty()) {
            meanwhile.remove().run();
        }
    }

    private static DueTopics.Open open(String topic) {
        TopicLease lease = new TopicLease(TopicLeasesFixture.TIME, TopicLeasesFixture.LAST);
        return new DueTopics.Open(topic, new EventId(1, 1), lease, 0);
    }

    private static void fail() {
        throw new IllegalStateException("as the test wants");
    }

    @Test
    void aTaskRunsOnAThreadOfTheHubs() throws Exception {
        CompletableFuture<Thread> checked = new CompletableFuture<>();
        new LeaseTasks(() -> checked.complete(Thread.currentThread()), this::renew).check();
        assertThat(checked.get(PATIENCE_SECONDS, TimeUnit.SECONDS).getName()).startsWith("freshet-hub-");
    }

    @Test
    void whatIsAskedForBeforeATaskRunsIsOneTask() {
        tasks.check();
        tasks.check();
        tasks.renew(List.of(open("1")));
        tasks.renew(List.of(open("2")));
        assertThat(queued).hasSize(1);
        queued.remove().run();
        assertThat(done).containsExactly("[1, 2]", "check");
        assertThat(queued).isEmpty();
    }

    @Test
    void aCheckRenewsNothingAndARenewalChecksNothing() {
        tasks.check();
        queued.remove().run();
        assertThat(done).containsExactly("check");
        tasks.renew(List.of(open("1")));
        queued.remove().run();
        assertThat(done).containsExactly("check", "[1]");
        assertThat(queued).isEmpty();
    }

    @Test
    void aTopicIsRenewedOnceForSeveralProbes() {
        DueTopics.Open topic = open("1");
        tasks.renew(List.of(topic));
        tasks.renew(List.of(topic));
        queued.remove().run();
        tasks.renew(List.of(open("2")));
        queued.remove().run();
        assertThat(done).containsExactly("[1]", "[2]");
    }

    @Test
    void aCheckThatIsAskedForWhileATaskRunsFollowsIt() {
        meanwhile.add(tasks::check);
        tasks.check();
        queued.remove().run();
        assertThat(done).containsExactly("check");
        assertThat(queued).hasSize(1);
        queued.remove().run();
        assertThat(done).containsExactly("check", "check");
        assertThat(queued).isEmpty();
    }

    @Test
    void aRenewalThatIsAskedForWhileATaskRunsFollowsIt() {
        meanwhile.add(() -> tasks.renew(List.of(open("1"))));
        tasks.check();
        queued.remove().run();
        queued.remove().run();
        assertThat(done).containsExactly("check", "[1]");
        assertThat(queued).isEmpty();
    }

    @Test
    void aCheckIsRunAlsoWhereARenewalThatIsDueWithItFails() {
        meanwhile.add(LeaseTasksTest::fail);
        tasks.renew(List.of(open("1")));
        tasks.check();
        assertThatIllegalStateException().isThrownBy(queued.remove()::run);
        assertThat(done).containsExactly("[1]", "check");
    }

    @Test
    void aTaskIsRunAlsoAfterOneThatFailed() {
        meanwhile.add(LeaseTasksTest::fail);
        tasks.check();
        assertThatIllegalStateException().isThrownBy(queued.remove()::run);
        tasks.check();
        queued.remove().run();
        assertThat(done).containsExactly("check", "check");
    }
}
