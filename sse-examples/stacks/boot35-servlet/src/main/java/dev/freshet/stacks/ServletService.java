package dev.freshet.stacks;

import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Spring MVC and streams on one port, in Boot's Tomcat without Netty. */
@SpringBootApplication
public class ServletService {
    private final SseHub hub = SseHub.create();
    private final SseServlet events =
            new SseServlet(hub, Duration.ofSeconds(15), Duration.ofSeconds(10), request -> List.of("ticks"));

    record Tick(String symbol, int price, Instant time) {}

    public static void main(String[] args) {
        SpringApplication.run(ServletService.class, args);
    }

    @Bean
    ServletRegistrationBean<SseServlet> streams() {
        return new ServletRegistrationBean<>(events, "/events");
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> connector() {
        return tomcat -> tomcat.addConnectorCustomizers(connector -> connector.setProperty("processorCache", "0"));
    }

    /** Ends the streams before Tomcat stops, which would disconnect them. */
    @EventListener(ContextClosedEvent.class)
    void end() {
        events.end();
    }

    @RestController
    class Ticks {
        @PostMapping("/ticks")
        void publish(@RequestParam("price") int price) {
            hub.publish("ticks", SseEvent.json("tick", new Tick("ACME", price, Instant.now())));
        }
    }
}
