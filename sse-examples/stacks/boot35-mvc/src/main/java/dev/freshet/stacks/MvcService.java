package dev.freshet.stacks;

import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import java.time.Instant;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Spring MVC on one port, streams on a second one: {@link StreamConfiguration}. */
@SpringBootApplication
public class MvcService {
    record Tick(String symbol, int price, Instant time) {}

    public static void main(String[] args) {
        SpringApplication.run(MvcService.class, args);
    }

    @RestController
    record Ticks(SseHub hub) {
        @PostMapping("/ticks")
        void publish(@RequestParam("price") int price) {
            hub.publish("ticks", SseEvent.json("tick", new Tick("ACME", price, Instant.now())));
        }
    }
}
