package dev.freshet.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LeaseTimerTest {
    private static final long PATIENCE_SECONDS = 20;

    @Test
    void itsActionRunsOnAThreadOfTheHubs() throws Exception {
        CompletableFuture<Thread> ran = new CompletableFuture<>();
        LeaseTimer.arm(ran, target -> target.complete(Thread.currentThread()), 1);
        assertThat(ran.get(PATIENCE_SECONDS, TimeUnit.SECONDS).getName()).startsWith("freshet-hub-");
    }

    @Test
    void itsActionIsGivenItsTargetUnlessThatWasCollected() {
        List<Object> ran = new ArrayList<>();
        WeakReference<String> kept = new WeakReference<>("target");
        LeaseTimer.run(kept, ran::add);
        assertThat(ran).containsExactly("target");
        kept.clear();
        LeaseTimer.run(kept, ran::add);
        assertThat(ran).hasSize(1);
    }
}
