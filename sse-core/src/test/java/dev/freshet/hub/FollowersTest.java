package dev.freshet.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.SseEvent;
import dev.freshet.log.Cursor;
import dev.freshet.log.FollowerListener;
import dev.freshet.log.StartRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FollowersTest {
    private static final long PATIENCE_SECONDS = 25;

    private final SseHub hub = SseHub.create();
    private final Recorder recorder = new Recorder();

    @AfterEach
    void closeHub() {
        hub.close();
    }

    private static class Recorder implements FollowerListener {
        final List<String> told = Collections.synchronizedList(new ArrayList<>());

        @Override
        public void first(String topic) {
            told.add("first " + topic);
        }

        @Override
        public void last(String topic) {
            told.add("last " + topic);
        }
    }

    private Cursor follow(String... topics) {
        return hub.open(List.of(topics), StartRequest.latest()).cursor();
    }

    @Test
    void theFirstAndTheLastFollowerAreTold() {
        hub.onFollowers("a", recorder);
        Cursor one = follow("a");
        Cursor two = follow("b", "a");
        one.close();
        assertThat(recorder.told).containsExactly("first a");
        two.close();
        two.close();
        assertThat(recorder.told).containsExactly("first a", "last a");
        follow("a");

        assertThat(recorder.told).containsExactly("first a", "last a", "first a");
    }

    @Test
    void otherTopicsAreNotTold() {
        hub.onFollowers("a", recorder);
        hub.publish("a", SseEvent.of("1"));
        follow("b").close();

        assertThat(recorder.told).isEmpty();
    }

    @Test
    void aTopicThatIsFollowedAlreadyIsToldAtOnce() {
        Cursor cursor = follow("a");
        hub.onFollowers("a", recorder);
        assertThat(recorder.told).containsExactly("first a");
        cursor.close();

        assertThat(recorder.told).containsExactly("first a", "last a");
    }

    @Test
    void eachListenerOfATopicIsTold() {
        Recorder second = new Recorder();
        hub.onFollowers("a", recorder);
        hub.onFollowers("a", second);
        follow("a");

        assertThat(recorder.told).containsExactly("first a");
        assertThat(second.told).containsExactly("first a");
    }

    @Test
    void aRegistrationThatIsClosedTellsNothingMore() {
        FollowerListener.Registration registration = hub.onFollowers("a", recorder);
        Cursor cursor = follow("a");
        registration.close();
        registration.close();
        cursor.close();
        follow("a");

        assertThat(recorder.told).containsExactly("first a");
    }

    @Test
    void whoFollowsARemovedTopicFollowsItNoMore() {
        hub.onFollowers("a", recorder);
        Cursor before = follow("a");
        hub.remove("a");
        assertThat(recorder.told).containsExactly("first a", "last a");
        follow("a");
        before.close();

        assertThat(recorder.told).containsExactly("first a", "last a", "first a");
    }

    @Test
    void aStartThatFailsIsNoFollower() {
        hub.onFollowers("a", recorder);
        hub.close();

        assertThatThrownBy(() -> follow("a")).isInstanceOf(IllegalStateException.class);
        assertThat(recorder.told).isEmpty();
    }

    @Test
    void aListenerThatThrowsHarmsNobody() {
        hub.onFollowers("a", new FollowerListener() {
            @Override
            public void first(String topic) {
                throw new IllegalStateException("as the test wants");
            }

            @Override
            public void last(String topic) {
                recorder.last(topic);
            }
        });
        follow("a").close();

        assertThat(recorder.told).containsExactly("last a");
    }

    @Test
    void aListenerIsCalledUnderNoLock() throws Exception {
        hub.onFollowers("a", new Recorder() {
            @Override
            public void first(String topic) {
                CompletableFuture.runAsync(() -> hub.publish(topic, SseEvent.of("1")))
                        .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                        .join();
                recorder.first(topic);
            }
        });
        follow("a");

        assertThat(recorder.told).containsExactly("first a");
    }

    @Test
    void callsAlternateAndTheLastOneIsRightHoweverManyComeAndGoAtOnce() throws Exception {
        hub.onFollowers("a", recorder);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                running.add(threads.submit(() -> {
                    for (int i = 0; i < 5000; i++) {
                        follow("a").close();
                    }
                }));
            }
            for (Future<?> one : running) {
                one.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        for (int i = 0; i < recorder.told.size(); i++) {
            assertThat(recorder.told.get(i)).isEqualTo(i % 2 == 0 ? "first a" : "last a");
        }
        assertThat(recorder.told).hasSizeGreaterThan(1);
        assertThat(recorder.told.get(recorder.told.size() - 1)).isEqualTo("last a");
    }
}
