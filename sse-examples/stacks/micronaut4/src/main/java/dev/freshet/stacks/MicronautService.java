package dev.freshet.stacks;

import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.*;
import io.micronaut.context.event.*;
import io.micronaut.http.annotation.*;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.micronaut.runtime.Micronaut;
import io.micronaut.runtime.server.event.ServerShutdownEvent;
import io.netty.channel.Channel;
import jakarta.inject.Singleton;
import java.time.*;
import java.util.List;

/** Micronaut and streams on one port: the handler follows the HTTP codec in Micronaut's pipeline. */
@Controller
public class MicronautService implements ApplicationEventListener<ServerShutdownEvent> {
    private static final SseHub HUB = SseHub.create();
    private static final SseHandler EVENTS = SseHandler.builder()
            .endpoint("/events", request -> SseReply.subscribe(HUB, "ticks"))
            .endpoint("POST", "/echo", request -> SseReply.stream(List.of(SseEvent.of(request.bodyText()))))
            .build();

    public static void main(String[] args) {
        Micronaut.run(MicronautService.class, args);
    }

    @Post("/ticks")
    void publish(@QueryValue int price) {
        record Tick(String symbol, int price, Instant time) {}
        HUB.publish("ticks", SseEvent.json("tick", new Tick("ACME", price, Instant.now())));
    }

    @Override
    public void onApplicationEvent(ServerShutdownEvent event) {
        EVENTS.shutdown(Duration.ofSeconds(10)).toCompletableFuture().join();
    }

    @Singleton
    static class InPipeline implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {
        @Override
        public NettyServerCustomizer.Registry onCreated(BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
            event.getBean().register(new Customizer(null));
            return event.getBean();
        }
    }

    record Customizer(Channel channel) implements NettyServerCustomizer {
        @Override
        public NettyServerCustomizer specializeForChannel(Channel specific, ChannelRole role) {
            return new Customizer(specific);
        }

        @Override
        public void onStreamPipelineBuilt() {
            channel.pipeline().addAfter("http-server-codec", "events", EVENTS);
        }
    }
}
