package dev.freshet.stacks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.RawSseClient.Head;
import dev.freshet.fixtures.ReferenceParser.Event;
import dev.freshet.hub.SseHub;
import dev.freshet.log.FollowerListener;
import dev.freshet.log.Retention;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.startup.Tomcat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** {@link SseServlet} in Tomcat, and its clients on real sockets. */
abstract class TomcatFixture {
    static final Duration LONG = Duration.ofMinutes(5);
    static final Duration SHORT = Duration.ofMillis(50);
    static final int PATIENCE_SECONDS = 25;
    /** Events of 16 KiB. */
    static final int MORE_THAN_SOCKETS_HOLD = 1500;

    @TempDir
    Path folder;

    final SseHub hub = SseHub.builder()
            .retention(Retention.builder().maxBytes(256 << 10).build())
            .build();
    private final List<RawSseClient> clients = new ArrayList<>();
    SseServlet servlet;
    int threads = 10;
    Tomcat tomcat;

    void start(SseHub served, Duration heartbeat, Duration writeTimeout) throws Exception {
        servlet = new SseServlet(served, heartbeat, writeTimeout, TomcatFixture::topics);
        tomcat = new Tomcat();
        tomcat.setBaseDir(folder.toString());
        tomcat.setPort(0);
        tomcat.getConnector().setProperty("processorCache", "0"); // see SseServlet
        tomcat.getConnector().setProperty("minSpareThreads", String.valueOf(threads));
        tomcat.getConnector().setProperty("maxThreads", String.valueOf(threads));
        StandardContext context = (StandardContext) tomcat.addContext("", null);
        context.setUnloadDelay(0); // else it waits for those who stay, before it tells the servlet
        Tomcat.addServlet(context, "events", servlet).setAsyncSupported(true);
        context.addServletMappingDecoded("/events", "events");
        tomcat.start();
    }

    private static List<String> topics(HttpServletRequest request) {
        String query = request.getQueryString() == null ? "" : request.getQueryString();
        if (List.of("empty", "null", "unnamed").contains(query)) {
            return query.equals("null") ? null : query.equals("empty") ? List.of() : Arrays.asList((String) null);
        }
        String topic = request.getParameter("topic");
        return List.of(topic == null ? "t" : topic);
    }

    void stop() throws Exception {
        if (tomcat != null) {
            tomcat.stop();
            tomcat.destroy();
            tomcat = null;
        }
    }

    @AfterEach
    void end() throws Exception {
        for (RawSseClient client : clients) {
            client.close();
        }
        stop();
        hub.close();
    }

    RawSseClient client(int receiveBuffer) throws IOException {
        RawSseClient client =
                RawSseClient.connect("127.0.0.1", tomcat.getConnector().getLocalPort(), receiveBuffer);
        clients.add(client);
        return client;
    }

    RawSseClient follow(String target, String resume, String... headers) throws IOException {
        RawSseClient client = client(0);
        Head head = client.get(target, headers);
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("Content-Type")).isEqualTo("text/event-stream");
        assertThat(head.header("Cache-Control")).isEqualTo("no-store, no-transform");
        assertThat(head.header("SSE-Resume")).isEqualTo(resume);
        return client;
    }

    RawSseClient followOpened(String target, String resume, String... headers) throws IOException {
        RawSseClient client = follow(target, resume, headers);
        Event opening = client.readEvent();
        assertThat(opening.type()).isEqualTo("stream-open");
        assertThat(opening.data()).isEqualTo("{\"resume\":\"" + resume + "\"}");
        return client;
    }

    void publish(String... data) {
        for (String one : data) {
            hub.publish("t", SseEvent.of("t", one));
        }
    }

    static List<String> data(RawSseClient client, int count) throws IOException {
        return client.readEvents(count).stream().map(Event::data).toList();
    }

    static CountDownLatch untilNobodyFollows(SseHub hub) {
        CountDownLatch latch = new CountDownLatch(1);
        hub.onFollowers("t", new FollowerListener() {
            @Override
            public void first(String topic) {}

            @Override
            public void last(String topic) {
                latch.countDown();
            }
        });
        return latch;
    }
}
