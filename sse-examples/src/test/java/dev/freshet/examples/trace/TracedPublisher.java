package dev.freshet.examples.trace;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.SenderContext;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** Publishes prices in an observation, whose trace context is part of each event. */
record TracedPublisher(SseHub hub, ObservationRegistry observations) {

    CompletionStage<EventId> publish(String symbol, double price) {
        Map<String, String> trace = new HashMap<>();
        SenderContext<Map<String, String>> context = new SenderContext<>(Map::put);
        context.setCarrier(trace);
        context.setRemoteServiceName("prices");
        Observation publish = Observation.start("prices.publish", () -> context, observations);
        try (Observation.Scope scope = publish.openScope()) {
            TracedPrice data = new TracedPrice(symbol, price, trace.get("traceparent"));
            return hub.publish("prices", SseEvent.json("price", data)).whenComplete((id, failure) -> {
                if (failure != null) {
                    publish.error(failure);
                }
                publish.stop(); // once the store has kept the event
            });
        } catch (RuntimeException e) {
            publish.error(e);
            publish.stop();
            throw e;
        }
    }
}
