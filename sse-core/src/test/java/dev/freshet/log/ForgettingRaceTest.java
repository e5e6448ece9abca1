package dev.freshet.log;

import static dev.freshet.log.Readings.body;
import static dev.freshet.log.Readings.dataOn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.ResumeOutcome;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Readers that come and go while topics are made, published to and forgotten; a topic for each round. */
@Timeout(120)
class ForgettingRaceTest {
    private static final int READERS = 4;
    private static final int ROUNDS = 500;
    private static final int EVENTS = 5;
    private static final List<String> ALL =
            IntStream.range(0, EVENTS).mapToObj(Integer::toString).toList();

    private final HubLog hub = new HubLog(Retention.defaults(), InstantSource.system(), new EventId(0, 0));
    private final CyclicBarrier barrier = new CyclicBarrier(READERS + 1);
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** What one thread does in a round. */
    private interface Part {
        void play(int reader, String topic) throws Exception;
    }

    @AfterEach
    void endThreads() throws InterruptedException {
        threads.shutdownNow();
        assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }

    private void playRounds(int reader, Part part) {
        try {
            for (int round = 0; round < ROUNDS; round++) {
                part.play(reader, "round " + round);
                barrier.await();
            }
        } catch (BrokenBarrierException e) {
            // another has failed
        } catch (Exception | Error e) {
            failure.compareAndSet(null, e);
            barrier.reset();
        }
    }

    private void play(Part reading, Part publishing) {
        for (int i = 0; i < READERS; i++) {
            int reader = i;
            threads.execute(() -> playRounds(reader, reading));
        }
        playRounds(READERS, publishing);
        assertThat(failure).hasNullValue();
    }

    /** Comes back to the topics, again and again, until all is published. */
    private List<String> readInPieces(List<String> topics, EventId from, long published) {
        EventId position = from;
        List<String> read = new ArrayList<>();
        boolean all = false;
        while (!all) {
            all = TestLogs.stats(hub).published() >= published;
            Start start = hub.open(topics, StartRequest.latest().lastEventId(position.toString()));
            assertThat(start.outcome()).isEqualTo(ResumeOutcome.RESUMED);
            read.addAll(dataOn(start.cursor()));
            position = start.cursor().position();
            start.cursor().close();
        }
        return read;
    }

    @Test
    void readersThatComeBackWhileTheirTopicIsForgottenReadEveryEventOnce() {
        play(
                (reader, topic) -> {
                    EventId start = hub.latest();
                    long published = TestLogs.stats(hub).published() + EVENTS;
                    List<String> topics = reader % 2 == 0 ? List.of(topic) : List.of(topic, "of reader " + reader);
                    barrier.await();
                    assertThat(readInPieces(topics, start, published)).isEqualTo(ALL);
                },
                (publisher, topic) -> {
                    barrier.await();
                    for (String data : ALL) {
                        hub.append(topic, body(data), null);
                    }
                });

        assertThat(TestLogs.stats(hub).topics()).isEqualTo(ROUNDS);
    }

    @Test
    void aReaderThatJoinsWhileOthersLeaveReadsWhatComesThen() {
        play(
                (reader, topic) -> {
                    hub.open(List.of(topic), StartRequest.latest()).cursor().close();
                    hub.open(List.of(topic), StartRequest.latest()).cursor().close();
                    Cursor cursor =
                            hub.open(List.of(topic), StartRequest.latest()).cursor();
                    barrier.await();
                    barrier.await();
                    assertThat(dataOn(cursor)).containsExactly("at last");
                    cursor.close();
                },
                (publisher, topic) -> {
                    barrier.await();
                    hub.append(topic, body("at last"), null);
                    barrier.await();
                });
    }
}
