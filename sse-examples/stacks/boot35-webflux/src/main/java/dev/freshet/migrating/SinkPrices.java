package dev.freshet.migrating;

import java.time.Duration;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** Prices by WebFlux, as the guide to migration begins; no service has it. */
@RestController
class SinkPrices {
    record Tick(String symbol, double price) {}

    private final Sinks.Many<Tick> ticks = Sinks.many().multicast().directBestEffort(); // slow clients lose some

    @GetMapping(path = "/prices", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<ServerSentEvent<Tick>> follow() {
        Flux<ServerSentEvent<Tick>> heartbeats = Flux.interval(Duration.ofSeconds(15))
                .map(i -> ServerSentEvent.<Tick>builder().comment("").build());
        return ticks.asFlux()
                .map(tick -> ServerSentEvent.builder(tick).event("tick").build())
                .mergeWith(heartbeats);
    }

    void changed(Tick tick) {
        ticks.emitNext(tick, Sinks.EmitFailureHandler.busyLooping(Duration.ofSeconds(1)));
    }
}
