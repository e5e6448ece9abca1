package dev.freshet.examples;

import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.hub.SseSnapshot;
import dev.freshet.hub.SseSnapshot.State;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A page with a table of prices. A stream begins with the whole table, in a snapshot that all streams share, and goes on
 * with each change of a row. A client that resumes receives the changes alone.
 */
final class PriceTable extends Program {

    private static final Duration PACE = Duration.ofMillis(250);
    private static final String TOPIC = "prices";
    private static final List<String> SYMBOLS = List.of("BARGE", "DELTA", "FERRY", "HERON", "LOCKS", "OTTER", "WEIRS");
    private static final double OPEN = 100;

    private final SseHub hub = SseHub.create();
    private final Random random = new Random();
    private final List<Price> rows = new ArrayList<>(); // read and written on the thread of the market only
    private final ScheduledExecutorService market = scheduler("market");

    /** The table for all who may see it, read at most once a second, however many streams begin. */
    private final SseSnapshot table =
            SseSnapshot.of(hub, List.of(TOPIC), market, () -> State.of(List.of(SseEvent.json("table", rows))));

    private PriceTable() {
        SYMBOLS.forEach(symbol -> rows.add(new Price(symbol, OPEN, OPEN)));
    }

    /** Starts a table that changes four times a second. */
    static PriceTable start(SseServer.Builder builder) {
        return start(PACE, builder);
    }

    /**
     * Starts a table.
     *
     * @param pace the time between two changes
     * @param builder where and how to listen
     * @throws java.io.UncheckedIOException if the port cannot be bound
     */
    static PriceTable start(Duration pace, SseServer.Builder builder) {
        PriceTable prices = new PriceTable();
        prices.listen(Page.prices(builder).endpoint("/api/prices", request -> SseReply.subscribe(prices.hub, TOPIC)
                .snapshot(prices.table)));
        prices.market.scheduleAtFixedRate(prices::change, pace.toNanos(), pace.toNanos(), TimeUnit.NANOSECONDS);
        return prices;
    }

    /** Changes one price by about one percent: first in the table, then for those who have the table already. */
    private void change() {
        int row = random.nextInt(rows.size());
        Price before = rows.get(row);
        double factor = 1 + random.nextGaussian() / 100;
        Price price = new Price(before.symbol(), before.open(), Math.round(before.price() * factor * 100) / 100.0);
        rows.set(row, price);
        hub.publish(TOPIC, SseEvent.json("price", price));
    }

    @Override
    void end() {
        stop(market); // so that nothing is published to a closed hub
        hub.close();
    }

    /**
     * A row.
     *
     * @param open the price at the start of the table
     */
    record Price(String symbol, double open, double price) {}
}
