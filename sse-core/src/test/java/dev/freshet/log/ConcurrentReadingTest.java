package dev.freshet.log;

import static dev.freshet.log.Readings.body;
import static dev.freshet.log.Readings.events;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Publishers and readers at once. Every event's data is {@code publisher-topic-number}, numbered for each pair. */
@Timeout(120)
class ConcurrentReadingTest {
    private static final int PUBLISHERS = 4;
    private static final int EVENTS = 5_000;
    private static final List<String> TOPICS = List.of("a", "b", "c");

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void endThreads() throws InterruptedException {
        threads.shutdownNow();
        assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }

    private static HubLog hub(Retention retention) {
        return new HubLog(retention, InstantSource.system(), new EventId(0, 0));
    }

    private static void publish(HubLog hub, int publisher) {
        Random random = new Random(publisher);
        Map<String, Integer> next = new HashMap<>();
        for (int i = 0; i < EVENTS; i++) {
            String topic = TOPICS.get(random.nextInt(TOPICS.size()));
            int number = next.merge(topic, 1, Integer::sum);
            hub.append(topic, body(publisher + "-" + topic + "-" + number), null);
        }
    }

    /** Starts the publishers and closes the hub when they are done. */
    private void publishAll(HubLog hub) throws Exception {
        List<Future<?>> publishers = new ArrayList<>();
        for (int p = 0; p < PUBLISHERS; p++) {
            int publisher = p;
            publishers.add(threads.submit(() -> publish(hub, publisher)));
        }
        for (Future<?> publisher : publishers) {
            publisher.get();
        }
        hub.close();
    }

    private static EventId id(Readings.Read event) {
        return EventId.parse(event.id());
    }

    /** Reads to the close, checks that nothing is missing or doubled, and returns how much was read. */
    private static int readWhole(Cursor cursor, Random random) {
        Map<String, Integer> seen = new HashMap<>();
        EventId last = cursor.position();
        int count = 0;
        while (true) {
            Batch batch = cursor.next(random.nextInt(2_000), null);
            if (batch == Batch.CLOSED) {
                return count;
            }
            assertThat(batch).isNotSameAs(Batch.LAGGED_OUT);
            for (Readings.Read event : events(batch)) {
                assertThat(id(event)).isGreaterThan(last);
                last = id(event);
                int dash = event.data().lastIndexOf('-');
                int number = Integer.parseInt(event.data().substring(dash + 1));
                assertThat(number).isEqualTo(seen.merge(event.data().substring(0, dash), 1, Integer::sum));
                count++;
            }
        }
    }

    @Test
    void everyReaderReadsEveryEventOnceAndInOrder() throws Exception {
        HubLog hub = hub(Retention.defaults());
        List<List<String>> followed =
                List.of(List.of("a"), List.of("b"), List.of("c"), TOPICS, TOPICS, List.of("a", "c"));
        List<Future<Integer>> readers = new ArrayList<>();
        for (int i = 0; i < followed.size(); i++) {
            Cursor cursor = hub.open(followed.get(i), StartRequest.latest()).cursor();
            Random random = new Random(i);
            readers.add(threads.submit(() -> readWhole(cursor, random)));
        }
        publishAll(hub);
        int[] counts = new int[readers.size()];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = readers.get(i).get();
        }

        assertThat(counts[0] + counts[1] + counts[2]).isEqualTo(PUBLISHERS * EVENTS);
        assertThat(Arrays.copyOfRange(counts, 3, 6))
                .containsExactly(PUBLISHERS * EVENTS, PUBLISHERS * EVENTS, counts[0] + counts[2]);
    }

    /** Reads to the close; where it lags it skips, and starts over at the position that it then has. */
    private static EventId readWithSkips(Cursor cursor, Random random) {
        EventId last = cursor.position();
        while (true) {
            Batch batch = cursor.next(random.nextInt(2_000), null);
            if (batch == Batch.CLOSED) {
                return last;
            }
            if (batch == Batch.LAGGED_OUT) {
                assertThat(cursor.skip().reason()).isEqualTo(Reset.Reason.LAGGED);
                if (cursor.logs().size() == 1) {
                    assertThat(cursor.position()).isGreaterThan(last);
                }
                last = cursor.position();
            }
            for (Readings.Read event : events(batch)) {
                assertThat(id(event)).isGreaterThan(last);
                last = id(event);
            }
        }
    }

    @Test
    void readersThatLagSkipAndGoOnInOrderToTheNewestEvent() throws Exception {
        HubLog hub = hub(
                Retention.builder().maxEvents(20).maxBytes(1024).hubBytes(2048).build());
        List<List<String>> followed = List.of(List.of("a"), List.of("b"), TOPICS, List.of("a", "c"), TOPICS);
        List<Callable<EventId>> reads = IntStream.range(0, followed.size())
                .<Callable<EventId>>mapToObj(i -> {
                    Cursor cursor =
                            hub.open(followed.get(i), StartRequest.latest()).cursor();
                    return () -> readWithSkips(cursor, new Random(i));
                })
                .toList();
        List<Future<EventId>> readers = reads.stream().map(threads::submit).toList();
        publishAll(hub);

        assertThat(readers.get(2).get()).isEqualTo(hub.latest());
        assertThat(readers.get(4).get()).isEqualTo(hub.latest());
        for (Future<EventId> reader : readers) {
            assertThat(reader.get()).isLessThanOrEqualTo(hub.latest());
        }
    }

    @Test
    void aReaderThatReadsEveryEventBeforeTheNextNeverLags() throws Exception {
        HubLog hub = hub(Retention.builder().maxBytes(1024).hubBytes(1024).build());
        Cursor cursor = hub.open(TOPICS, StartRequest.latest()).cursor();
        Semaphore read = new Semaphore(0);
        Future<Integer> reader = threads.submit(() -> {
            int count = 0;
            while (true) {
                Batch batch = cursor.next(2_000, null);
                if (batch == Batch.CLOSED || batch == Batch.LAGGED_OUT) {
                    read.release(EVENTS); // nobody is to wait for this reader any more
                    return count;
                }
                count += batch.events();
                read.release(batch.events());
            }
        });
        String big = "x".repeat(800); // each takes a segment, and each segment evicts the one before
        for (int i = 0; i < EVENTS && !reader.isDone(); i++) {
            hub.append(TOPICS.get(i % TOPICS.size()), body(big), null);
            read.acquire();
        }
        hub.close();

        assertThat(reader.get()).isEqualTo(EVENTS);
    }

    @Test
    void aReaderThatRegistersFirstAndReadsWhenWokenMissesNothing() throws Exception {
        for (int round = 0; round < 200; round++) {
            HubLog hub = hub(Retention.defaults());
            Semaphore woken = new Semaphore(0);
            Cursor cursor = hub.open(List.of("a"), StartRequest.latest().lastEventId("earliest"))
                    .cursor();
            Future<?> publisher = threads.submit(() -> {
                for (int i = 0; i < 10; i++) {
                    hub.append("a", body("" + i), null);
                }
            });
            cursor.logs().get(0).addWaker(woken::release);
            int count = Readings.readOn(cursor).size();
            while (count < 10) {
                assertThat(woken.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
                count += Readings.readOn(cursor).size();
            }
            publisher.get();
            assertThat(count).isEqualTo(10);
        }
    }

    /** A store must deliver one event at a time; where it does not, the log stays in order all the same. */
    @Test
    void aLogStaysInOrderWhereAStoreDeliversOnSeveralThreads() throws Exception {
        HubLog hub = TestLogs.onStore(
                Retention.builder().maxAge(Duration.ofDays(99_999)).build(),
                InstantSource.system(),
                1,
                LogOptions.END_RETENTION);
        AtomicLong next = new AtomicLong();
        Runnable deliver = () -> {
            for (long i = next.incrementAndGet(); i < 200_000; i = next.incrementAndGet()) {
                hub.write(new LogEntry(LogEntry.Kind.EVENT, "a", body("x"), null), new EventId(1, i), 1);
            }
        };
        List<Thread> threads =
                Stream.generate(() -> new Thread(deliver)).limit(4).toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        Cursor cursor =
                hub.open(List.of("a"), StartRequest.latest().fromEarliest()).cursor();
        List<EventId> ids = Readings.readOn(cursor).stream()
                .map(event -> EventId.parse(event.id()))
                .toList();

        assertThat(ids).isNotEmpty().isSorted().doesNotHaveDuplicates();
    }
}
