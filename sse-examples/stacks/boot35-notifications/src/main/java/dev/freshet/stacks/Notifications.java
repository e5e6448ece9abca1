package dev.freshet.stacks;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.http.ResponseEntity;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.provisioning.UserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** The notifications of each user, behind Spring Security and on Boot's port: a topic for each name. */
@SpringBootApplication
@RestController
public class Notifications {
    private static final int LONGEST = 16_384; // bytes of a notification

    private final UserDetailsManager users = new InMemoryUserDetailsManager(
            User.withUsername("ann").password("{noop}a").roles("READER").build(),
            User.withUsername("bob").password("{noop}b").roles("READER").build(),
            User.withUsername("app").password("{noop}c").roles("SENDER").build());
    private final SseHub hub = SseHub.create();
    private final SseServlet events = new SseServlet(
            hub,
            Duration.ofSeconds(15),
            Duration.ofSeconds(10),
            request -> List.of("user/" + request.getUserPrincipal().getName()));

    public static void main(String[] args) {
        SpringApplication.run(Notifications.class, args);
    }

    /** Sends a user a notification, which is JSON: 202 once it is kept. */
    @PostMapping(path = "/notify/{user}", consumes = "application/json")
    CompletionStage<ResponseEntity<Void>> notify(@PathVariable("user") String user, InputStream in) throws IOException {
        byte[] json = in.readNBytes(LONGEST + 1);
        if (json.length > LONGEST || !users.userExists(user)) {
            return CompletableFuture.completedStage(
                    ResponseEntity.status(json.length > LONGEST ? 413 : 404).build());
        }
        String topic = "user/" + users.loadUserByUsername(user).getUsername();
        return hub.publish(topic, SseEvent.of("notification", new String(json, UTF_8)))
                .handle((id, failure) ->
                        ResponseEntity.status(id != null ? 202 : 503).build());
    }

    @Bean
    SecurityFilterChain security(HttpSecurity http) throws Exception {
        return http.csrf(csrf -> csrf.disable()) // a page of another site sends no JSON: its browser asks first
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .httpBasic(Customizer.withDefaults())
                .authorizeHttpRequests(requests -> requests.requestMatchers("/notify/*")
                        .hasRole("SENDER")
                        .anyRequest()
                        .authenticated())
                .build();
    }

    @Bean
    UserDetailsManager users() {
        return users;
    }

    @Bean
    ServletRegistrationBean<SseServlet> streams() {
        return new ServletRegistrationBean<>(events, "/notifications");
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
}
