package dev.freshet.examples.faults;

import dev.freshet.harness.Conditions;
import dev.freshet.harness.CutPlace;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/**
 * Publishers and clients of a relay while faults of one kind occur. It does not own the relay. Not thread-safe, except
 * for {@link #happened}.
 *
 * <pre>{@code
 * try (FaultRun run = new FaultRun(new FaultSetting("SIGKILL"), node::port, node::port)) {
 *     while (run.goesOn(FaultLengths.RESTARTS)) {
 *         node.startAgainAfter(SIGKILL);
 *         run.happened();
 *         run.awaitProgress(10);
 *     }
 *     FaultTable.add(run.end()).assertWhole();
 * }
 * }</pre>
 */
final class FaultRun implements AutoCloseable {
    private static final int CLIENTS_A_CONNECTION = 3;

    private final FaultSetting setting;
    private final ExecutorService threads = Executors.newCachedThreadPool(FaultRun::daemon);
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(FaultRun::daemon);
    private final HttpClient http;
    private final PublishPort relay;
    private final Map<String, PublishedEvents> published = new LinkedHashMap<>();
    private final String from;
    private final List<FaultClient> clients;
    private final List<FaultClient> all = new CopyOnWriteArrayList<>();
    private final List<Future<?>> publishing = new ArrayList<>();
    private volatile boolean ending;

    // Guarded by this.
    private final Map<CutPlace, Integer> places = new EnumMap<>(CutPlace.class);
    private int times;

    /**
     * Starts publishers and clients.
     *
     * @param publishPort the port of the relay, asked for each request of a publisher
     * @param followPort the port of the relay, or of a proxy in front of it, asked for each stream
     */
    FaultRun(FaultSetting setting, IntSupplier publishPort, IntSupplier followPort) throws InterruptedException {
        this.setting = setting;
        this.http = setting.wire().client(threads);
        this.relay = new PublishPort(setting.wire(), http, publishPort);
        setting.topics().forEach(topic -> published.put(topic, new PublishedEvents()));
        boolean isStarted = false;
        try {
            this.from = relay.publishSurely(setting.topics().get(0), "stream-open", "start");
            this.clients = follow(setting.clients(), followPort, Pace.STEADY);
            watch.scheduleAtFixedRate(() -> all.forEach(FaultClient::look), 100, 100, TimeUnit.MILLISECONDS);
            int least = setting.events() / setting.topics().size();
            published.forEach((topic, events) -> publishing.add(
                    threads.submit(new FaultPublisher(relay, topic, events, least, () -> !ending, this::isFarAhead))));
            isStarted = true;
        } finally {
            if (!isStarted) {
                close();
            }
        }
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "fault-run");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Starts more clients, which are none of the row of {@link #end}.
     *
     * @return the clients, for {@link #row(String, List)}
     */
    List<FaultClient> follow(int count, IntSupplier port, Pace pace) {
        List<String> topics = setting.topics();
        String target = "/events?topic=" + String.join("&topic=", topics);
        List<FaultClient> started = new ArrayList<>();
        HttpClient shared = http;
        for (int i = 0; i < count; i++) {
            if (i % CLIENTS_A_CONNECTION == 0 && setting.wire() == Wire.TLS_HTTP_2) {
                shared = setting.wire().client(threads);
            }
            StreamCheck check = new StreamCheck(topics);
            started.add(new FaultClient(setting.wire(), shared, port, target, from, setting.silence(), pace, check));
        }
        started.forEach(threads::execute);
        all.addAll(started);
        return started;
    }

    /** Publishes events that no client counts, of so many bytes. */
    void publishFiller(int events, int bytes) throws InterruptedException {
        for (int i = 0; i < events; i++) {
            relay.publishSurely(setting.topics().get(0), "stream-open", "x".repeat(bytes));
        }
    }

    /** Counts one occurrence of the fault. */
    void happened() {
        happened(1);
    }

    /** Counts occurrences of the fault. */
    synchronized void happened(int count) {
        times += count;
    }

    /** Counts cuts, by what had passed before each. */
    synchronized void cutAfter(List<byte[]> passed) {
        times += passed.size();
        passed.forEach(bytes -> places.merge(CutPlace.of(bytes), 1, Integer::sum));
    }

    synchronized int times() {
        return times;
    }

    /** Returns whether cuts were counted inside a head, inside an event and inside an id line. */
    synchronized boolean hasHits() {
        return places.containsKey(CutPlace.HEAD)
                && places.containsKey(CutPlace.EVENT)
                && places.containsKey(CutPlace.ID_LINE);
    }

    private boolean isFarAhead() {
        int least = events() - setting.ahead();
        return clients.stream()
                .map(FaultClient::check)
                .anyMatch(check -> check.received() < least && !check.wasReset());
    }

    /** Returns whether the fault has occurred less often than this, or the least number of events is not published. */
    boolean goesOn(int leastTimes) {
        return times() < leastTimes || events() < setting.events();
    }

    /** Returns the acknowledged events. */
    int events() {
        return published.values().stream().mapToInt(PublishedEvents::count).sum();
    }

    /** Returns the bytes of the data of the acknowledged events. */
    long publishedBytes() {
        return published.values().stream().mapToLong(PublishedEvents::bytes).sum();
    }

    /** Returns how many events were sent and not acknowledged. */
    int refused() {
        return published.values().stream().mapToInt(PublishedEvents::refused).sum();
    }

    /** Returns the clients that it was started with. */
    List<FaultClient> clients() {
        return List.copyOf(clients);
    }

    /**
     * Waits until each client has received so many events more.
     *
     * @throws AssertionError if one does not within {@link FaultLengths#PATIENCE}
     */
    void awaitProgress(int events) {
        List<Integer> before =
                clients.stream().map(client -> client.check().received()).toList();
        await("each client has received " + events + " events more", () -> {
            for (int i = 0; i < before.size(); i++) {
                if (clients.get(i).check().received() < before.get(i) + events) {
                    return false;
                }
            }
            return true;
        });
    }

    /** Returns whether each client has received an event after this many ends of its stream. */
    boolean haveAllRecovered(int least) {
        return clients.stream().allMatch(client -> client.recovered() >= least);
    }

    /** Waits until the fault has occurred so often and something holds, at most {@link FaultLengths#PATIENCE}. */
    void awaitTimes(int least, BooleanSupplier holds) {
        await("so often: " + least, () -> holds.getAsBoolean() && times() >= least);
    }

    /** Waits until something holds, at most {@link FaultLengths#PATIENCE}. */
    void await(String what, BooleanSupplier holds) {
        Conditions.await(setting.fault() + ": " + what, FaultLengths.PATIENCE, () -> {
            checkFailures(all);
            return holds.getAsBoolean();
        });
    }

    private void checkFailures(List<FaultClient> of) {
        for (FaultClient client : of) {
            Throwable failure = client.failure();
            if (failure != null) {
                throw new AssertionError(setting.fault() + ": a client failed", failure);
            }
        }
    }

    /** Ends the publishing: after the least events, or the patience of the setting. */
    void endPublishing() throws InterruptedException, ExecutionException {
        ending = true;
        long deadline = System.nanoTime() + setting.patience().toNanos();
        for (Future<?> publisher : publishing) {
            try {
                publisher.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                publisher.cancel(true);
            }
        }
        publishing.clear();
    }

    /** Publishes the last event of each topic; ends the publishing before. */
    void publishEnd() throws InterruptedException, ExecutionException {
        endPublishing();
        for (String topic : setting.topics()) {
            relay.publishSurely(topic, StreamCheck.END, topic);
        }
    }

    /** Waits until some clients have the last events, at most so long; returns whether they have. */
    boolean awaitEnd(List<FaultClient> some, Duration longest) {
        return Conditions.holdsWithin(longest, () -> {
            checkFailures(some);
            return some.stream().allMatch(client -> client.check().isAtEnd());
        });
    }

    /**
     * Ends the publishing, and waits until each client has the last event, at most the patience of the setting;
     * returns what came of it, also if one does not have it, or the relay acknowledges nothing more.
     */
    FaultRow end() throws InterruptedException, ExecutionException {
        endPublishing();
        long deadline = System.nanoTime() + setting.patience().toNanos();
        Duration again = Duration.ofMillis(200); // a relay that ends without a store forgets what it acknowledged
        do {
            for (String topic : setting.topics()) {
                relay.publish(topic, StreamCheck.END, topic, deadline);
            }
            again = again.multipliedBy(2);
        } while (!awaitEnd(all, again) && System.nanoTime() - deadline < 0);
        return row(setting.fault(), clients);
    }

    /** Returns what has come so far of the streams of some clients. */
    synchronized FaultRow row(String fault, List<FaultClient> of) {
        checkFailures(of);
        List<ClientResult> results =
                of.stream().map(client -> client.result(published)).toList();
        List<Long> recoveries = of.stream()
                .flatMap(client -> client.recoveries().stream())
                .sorted()
                .toList();
        return new FaultRow(fault, times, Map.copyOf(places), events(), results, recoveries);
    }

    /** Ends all clients and publishers. */
    @Override
    public void close() {
        ending = true;
        all.forEach(FaultClient::stop);
        watch.shutdownNow();
        threads.shutdownNow();
    }
}
