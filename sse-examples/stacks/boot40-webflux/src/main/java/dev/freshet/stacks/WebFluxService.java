package dev.freshet.stacks;

import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.SseHandler;
import dev.freshet.netty.SseReply;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.netty.NettyPipeline;

/** WebFlux and streams on one port: the handler follows the HTTP codec in Reactor Netty's pipeline. */
@SpringBootApplication
public class WebFluxService {
    private final SseHub hub = SseHub.create();
    private final SseHandler events = SseHandler.builder()
            .endpoint("/events", request -> SseReply.subscribe(hub, "ticks"))
            .endpoint("POST", "/echo", request -> SseReply.stream(List.of(SseEvent.of(request.bodyText()))))
            .build();

    record Tick(String symbol, int price, Instant time) {}

    public static void main(String[] args) {
        SpringApplication.run(WebFluxService.class, args);
    }

    @Bean
    NettyServerCustomizer streams() {
        return server -> server.doOnChannelInit(
                (observer, channel, address) -> channel.pipeline().addAfter(NettyPipeline.HttpCodec, "events", events));
    }

    /** Ends the streams before the server stops, which would disconnect them. */
    @EventListener(ContextClosedEvent.class)
    void end() {
        events.shutdown(Duration.ofSeconds(10)).toCompletableFuture().join();
    }

    @RestController
    class Ticks {
        @PostMapping("/ticks")
        void publish(@RequestParam("price") int price) {
            hub.publish("ticks", SseEvent.json("tick", new Tick("ACME", price, Instant.now())));
        }
    }
}
