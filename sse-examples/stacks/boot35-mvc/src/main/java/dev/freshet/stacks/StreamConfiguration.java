package dev.freshet.stacks;

import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseServer;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The hub, and the streams on a port of their own; the context starts and closes both. */
@Configuration
public class StreamConfiguration {
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
}
