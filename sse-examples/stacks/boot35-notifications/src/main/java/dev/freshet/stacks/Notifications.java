package dev.freshet.stacks;

import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.CsrfConfigurer;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** The notifications of each user, behind Spring Security and on Boot's port: a topic for each name. */
@SpringBootApplication
@RestController
public class Notifications {
    private final SseHub hub = SseHub.create();
    private final SseServlet events = new SseServlet(
            hub,
            Duration.ofSeconds(15),
            Duration.ofSeconds(10),
            request -> List.of("user/" + request.getUserPrincipal().getName()));

    public static void main(String[] args) {
        SpringApplication.run(Notifications.class, args);
    }

    @PostMapping("/notify/{user}")
    void notify(@PathVariable("user") String user, @RequestBody String text) {
        hub.publish("user/" + user, SseEvent.of("notification", text));
    }

    @Bean
    SecurityFilterChain security(HttpSecurity http) throws Exception {
        return http.csrf(CsrfConfigurer::disable) // there is no cookie: each request has its credentials
                .httpBasic(Customizer.withDefaults())
                .authorizeHttpRequests(requests -> requests.requestMatchers("/notify/*")
                        .hasRole("SENDER")
                        .anyRequest()
                        .authenticated())
                .build();
    }

    @Bean
    UserDetailsService users() {
        User.UserBuilder user = User.builder();
        return new InMemoryUserDetailsManager(
                user.username("ann").password("{noop}a").roles("READER").build(),
                user.username("bob").password("{noop}b").roles("READER").build(),
                user.username("app").password("{noop}c").roles("SENDER").build());
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
