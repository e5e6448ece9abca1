package dev.freshet.examples;

import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.log.Retention;
import dev.freshet.netty.SseEndpoint;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseRequest;
import dev.freshet.netty.SseServer;
import dev.freshet.netty.StreamOpening;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Orders, and the stream of them: each is published once its transaction is committed, and its event has the id that its
 * row names. A process that starts publishes the rows of the outbox once more, to its new hub and before its port is
 * open. So a client resumes by the id of the last event that it has received.
 */
final class Orders extends Program {
    private static final String TOPIC = "orders";
    private static final int LONGEST_ITEM = 200;
    private static final Retention RETENTION = Retention.builder()
            .maxEvents(Outbox.KEPT)
            .maxAge(Duration.ofDays(1))
            .build();
    private static final Logger logger = LoggerFactory.getLogger(Orders.class);

    private final SseHub hub = SseHub.builder().retention(RETENTION).build();
    private final ScheduledExecutorService clerk = scheduler("clerk");
    private final Outbox outbox; // confined to the clerk

    private Orders(Outbox outbox) {
        this.outbox = outbox;
    }

    /**
     * Starts the server.
     *
     * @param outbox closed by {@link #close}
     * @param builder where and how to listen
     */
    static Orders start(Outbox outbox, SseServer.Builder builder) throws SQLException {
        Orders orders = new Orders(outbox);
        try {
            outbox.relay(orders::publish); // before the port is open, or a client would be reset
        } catch (SQLException | RuntimeException e) {
            orders.end();
            throw e;
        }
        orders.listen(builder.origins()
                .endpoint("POST", "/orders", SseEndpoint.blocking(orders.clerk, Requests.checked(orders::order)))
                .endpoint("/orders/events", request -> SseReply.subscribe(orders.hub, TOPIC)
                        .fromEarliest()
                        .opening(StreamOpening.NONE))); // the only ids that clients have are those in rows
        orders.clerk.scheduleWithFixedDelay(orders::relay, 1, 1, TimeUnit.SECONDS); // what failed before
        return orders;
    }

    private SseReply order(SseRequest request) {
        try {
            Outbox.Row order = outbox.write(Requests.text(request, "item", LONGEST_ITEM));
            relay();
            return SseReply.json(201, order);
        } catch (SQLException e) {
            logger.warn("an order was not written", e);
            return SseReply.refuse(503, "database: not available");
        }
    }

    private void relay() {
        try {
            outbox.relay(this::publish);
        } catch (SQLException | RuntimeException e) {
            logger.warn("orders are published later", e); // an exception would cancel the task
        }
    }

    private void publish(Outbox.Row order) {
        hub.publish(
                TOPIC,
                SseEvent.builder().id(order.event()).type("order").json(order).build());
    }

    @Override
    void end() {
        finish(clerk); // an interrupt of what it writes would close the file of the database
        hub.close();
        try {
            outbox.close();
        } catch (SQLException e) {
            logger.warn("the database was not closed", e);
        }
    }
}
