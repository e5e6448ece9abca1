package dev.freshet.stacks;

import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseServer;
import java.time.Instant;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Spring MVC on one port, streams on a second one; the context starts and closes both. */
@SpringBootApplication
public class MvcService {
    record Tick(String symbol, int price, Instant time) {}

    public static void main(String[] args) {
        SpringApplication.run(MvcService.class, args);
    }

    @Bean
    SseHub hub() {
        return SseHub.create();
    }

    @Bean
    SseServer events(SseHub hub, @Value("${events.port:8081}") int port) {
        return SseServer.builder()
                .port(port)
                .endpoint("/events", request -> SseReply.subscribe(hub, "ticks"))
                .endpoint("POST", "/echo", request -> SseReply.stream(List.of(SseEvent.of(request.bodyText()))))
                .start();
    }

    @RestController
    record Ticks(SseHub hub) {
        @PostMapping("/ticks")
        void publish(@RequestParam("price") int price) {
            hub.publish("ticks", SseEvent.json("tick", new Tick("ACME", price, Instant.now())));
        }
    }
}
