package dev.freshet.stacks;

import dev.freshet.event.SseEvent;
import dev.freshet.hub.SseHub;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;

/** A servlet and streams on one port, without Netty. */
public final class TomcatService extends HttpServlet {
    private static final SseHub HUB = SseHub.create();

    record Tick(String symbol, int price, Instant time) {}

    public static void main(String[] args) throws Exception {
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(Files.createTempDirectory("tomcat").toString());
        tomcat.setPort(Integer.getInteger("server.port", 8080));
        tomcat.getConnector().setProperty("processorCache", "0"); // see SseServlet
        Context context = tomcat.addContext("", null);
        SseServlet events =
                new SseServlet(HUB, Duration.ofSeconds(15), Duration.ofSeconds(10), request -> List.of("ticks"));
        Tomcat.addServlet(context, "events", events).setAsyncSupported(true);
        context.addServletMappingDecoded("/events", "events");
        Tomcat.addServlet(context, "ticks", new TomcatService());
        context.addServletMappingDecoded("/ticks", "ticks");
        tomcat.start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(tomcat, events)));
    }

    private static void stop(Tomcat tomcat, SseServlet events) {
        events.end();
        try {
            tomcat.stop();
            tomcat.destroy();
        } catch (LifecycleException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) {
        int price = Integer.parseInt(request.getParameter("price"));
        HUB.publish("ticks", SseEvent.json("tick", new Tick("ACME", price, Instant.now())));
    }
}
