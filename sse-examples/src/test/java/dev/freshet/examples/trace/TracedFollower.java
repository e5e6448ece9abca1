package dev.freshet.examples.trace;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.ReceiverContext;
import java.util.function.Consumer;
import tools.jackson.databind.json.JsonMapper;

/** Handles each price in an observation that continues the trace of its publisher. */
record TracedFollower(ObservationRegistry observations, JsonMapper json, Consumer<TracedPrice> handler) {

    void received(String type, String data) {
        if (!type.equals("price")) {
            return; // such as stream-open
        }
        TracedPrice price = json.readValue(data, TracedPrice.class);
        ReceiverContext<TracedPrice> context =
                new ReceiverContext<>((carrier, key) -> key.equals("traceparent") ? carrier.traceparent() : null);
        context.setCarrier(price);
        Observation.createNotStarted("prices.receive", () -> context, observations)
                .observe(() -> handler.accept(price));
    }
}
