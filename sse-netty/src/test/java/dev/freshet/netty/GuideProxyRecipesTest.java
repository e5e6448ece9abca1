package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.harness.Installed;
import dev.freshet.harness.RestartPort;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The recipes of the guide to proxies, as they stand there, between a server and Chromium or curl. */
@Tag("recipes")
class GuideProxyRecipesTest extends BrowserFixture {
    private final BlockingQueue<SseRequest> asked = new LinkedBlockingQueue<>();
    private final Recorder recorder = new Recorder();
    private final HandPublisher answer = new HandPublisher();
    private int upstream;
    private int edge;

    @TempDir
    private Path folder;

    private SseServer startUpstream(Duration heartbeat) {
        return start(local().port(upstream)
                .trustedProxies(ProxyHeader.X_FORWARDED_FOR, "127.0.0.1")
                .heartbeat(heartbeat)
                .listener(recorder)
                .endpoint("/events", request -> {
                    asked.add(request);
                    return SseReply.subscribe(hub, "t");
                })
                .endpoint("POST", "/answers", request -> SseReply.stream(answer))
                .requests(pipeline -> pipeline.addLast(new EventSourcePage())));
    }

    /** A server and a proxy before it. */
    private SseServer start(ProxyRecipe recipe, Guide guide) throws Exception {
        return start(recipe, guide, Duration.ofSeconds(15));
    }

    private SseServer start(ProxyRecipe recipe, Guide guide, Duration heartbeat) throws Exception {
        upstream = RestartPort.next();
        edge = RestartPort.next();
        SseServer server = startUpstream(heartbeat);
        keep(recipe.run(folder, guide, edge, upstream));
        return server;
    }

    private String url(String path) {
        return "https://localhost:" + edge + path;
    }

    private void follow() {
        chromium().open(url(EventSourcePage.PATH));
        chromium().run("follow('/events'); return true");
        chromium().await("return opens > 0");
    }

    private Process curl(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(Installed.path("curl"), "--silent", "--no-buffer"));
        command.addAll(List.of("--cacert", Tls.pemIn(folder).toString()));
        command.addAll(List.of(arguments));
        Process curl = new ProcessBuilder(command).start();
        keep(curl::destroyForcibly);
        return curl;
    }

    private static String readTo(String end, Process curl) throws Exception {
        InputStream out = curl.getInputStream();
        StringBuilder text = new StringBuilder();
        while (text.indexOf(end) < 0) {
            int next = out.read();
            assertThat(next).as("curl goes on after %s", text).isNotNegative();
            text.append((char) next);
        }
        return text.toString();
    }

    private static int exitOf(Process curl) throws Exception {
        curl.getInputStream().readAllBytes();
        assertThat(curl.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        return curl.exitValue();
    }

    @ParameterizedTest
    @EnumSource
    void eventsArriveAtOnceOverHttp2(ProxyRecipe recipe) throws Exception {
        start(recipe, recipe.guide());
        follow();
        for (int i = 1; i <= 20; i++) { // each only when the one before has arrived
            publish("event " + i);
            chromium().await("return events.length === arguments[0]", i);
        }
        assertThat(chromium().run("return performance.getEntriesByType('navigation')[0].nextHopProtocol"))
                .isEqualTo("h2");
    }

    @ParameterizedTest
    @EnumSource
    void anEventSourceThatCameWhileNoServerWasThereGetsWhatItMissed(ProxyRecipe recipe) throws Exception {
        SseServer before = start(recipe, recipe.guide());
        follow();
        publish("seen");
        chromium().await("return events.length === 1");
        before.close();
        chromium().await("return errors.length >= 2"); // cut, and told by the proxy to come later
        publish("missed");
        startUpstream(Duration.ofSeconds(15));
        chromium().await("return events.length === 2");
        assertThat(chromium().run("return events.map(e => e.data).join()")).isEqualTo("seen,missed");
        assertThat(chromium().run("return errors.every(state => state === EventSource.CONNECTING)"))
                .isEqualTo(true);
    }

    @ParameterizedTest
    @EnumSource
    void anEventSourceThatIsToldTheErrorGivesUp(ProxyRecipe recipe) throws Exception {
        SseServer before = start(recipe, recipe.guide().without(recipe.forEventSources));
        follow();
        before.close();
        chromium().await("return source.readyState === EventSource.CLOSED");
    }

    @ParameterizedTest
    @CsvSource({
        "NGINX,   GET,  application/json,                    503",
        "NGINX,   POST, text/event-stream,                   503",
        "NGINX,   POST, 'application/json, text/event-stream', 503",
        "NGINX,   GET,  text/event-stream,                   200",
        "HAPROXY, GET,  application/json,                    503",
        "HAPROXY, POST, text/event-stream,                   503",
        "HAPROXY, POST, 'application/json, text/event-stream', 503",
        "HAPROXY, GET,  text/event-stream,                   200",
    })
    void whoIsNoEventSourceIsToldTheError(ProxyRecipe recipe, String method, String accept, String status)
            throws Exception {
        start(recipe, recipe.guide()).close();
        Process curl = curl("-X", method, "-H", "Accept: " + accept, "-w", "%{http_code}", url("/events"));
        String told = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(told).endsWith(status);
        if (status.equals("200")) {
            assertThat(told).isEqualTo("retry: 3000\n\n200");
        }
    }

    @ParameterizedTest
    @EnumSource
    void theServerKnowsWhoAsksAndByWhichName(ProxyRecipe recipe) throws Exception {
        start(recipe, recipe.guide());
        curl("--interface", "127.0.0.7", "-H", "X-Forwarded-For: 203.0.113.9", url("/events"));
        SseRequest request = asked.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(request).isNotNull();
        assertThat(((InetSocketAddress) request.clientAddress()).getAddress().getHostAddress())
                .isEqualTo("127.0.0.7");
        assertThat(request.header("Host")).isEqualTo("localhost:" + edge);
    }

    /** A stream whose heartbeats come too seldom is cut meanwhile. */
    @ParameterizedTest
    @EnumSource
    void heartbeatsOutlastTheTimeoutOfTheProxy(ProxyRecipe recipe) throws Exception {
        Guide guide = recipe.guide().with(recipe.timeout, recipe.timeout.replace("60s", "5s"));
        start(recipe, guide, Duration.ofMillis(200));
        Process beating = curl(url("/events"));
        readTo("\n\n", beating);
        int edgeOfSilent = RestartPort.next();
        SseServer silent = start(
                local().heartbeat(Duration.ofHours(1)).endpoint("/events", request -> SseReply.subscribe(hub, "t")));
        keep(recipe.run(
                Files.createDirectories(folder.resolve("silent")),
                guide,
                edgeOfSilent,
                silent.address().getPort()));
        Process cut = curl("https://localhost:" + edgeOfSilent + "/events");
        exitOf(cut);
        publish("after the timeout");
        assertThat(readTo("data: after the timeout\n", beating)).isNotEmpty();
    }

    /** Over HTTP/2 HAProxy 2.6 ends a stream in good form that the server cut. */
    @ParameterizedTest
    @CsvSource({"NGINX, --http1.1, 18", "NGINX, --http2, 92", "HAPROXY, --http1.1, 18", "HAPROXY, --http2, 0"})
    void aCutReachesTheClientAsACut(ProxyRecipe recipe, String version, int exit) throws Exception {
        SseServer server = start(recipe, recipe.guide());
        Process whole = curl(version, "-X", "POST", url("/answers"));
        answer.next("token");
        readTo("data: token\n\n", whole);
        answer.subscriber().onComplete();
        assertThat(exitOf(whole)).isZero();

        Process cut = curl(version, url("/events"));
        readTo("\n\n", cut);
        server.connections().abort(connection -> true);
        assertThat(exitOf(cut)).isEqualTo(exit);
    }

    @ParameterizedTest
    @EnumSource
    void aStreamIsNotCompressedWhereOtherAnswersAre(ProxyRecipe recipe) throws Exception {
        start(recipe, recipe.compressing());
        assertThat(headOf("/events")).doesNotContain("content-encoding");
        if (recipe == ProxyRecipe.HAPROXY) {
            assertThat(headOf(EventSourcePage.PATH)).contains("content-encoding: gzip");
        }
    }

    @ParameterizedTest
    @EnumSource(names = "NGINX")
    void aStreamThatNginxIsNotToldToLeaveIsCompressed(ProxyRecipe recipe) throws Exception {
        start(recipe, recipe.compressing().without("        gzip off;"));
        assertThat(headOf("/events")).contains("content-encoding: gzip");
    }

    @Test
    void eventsThatNginxCompressesArriveAtOnce() throws Exception {
        Guide recipe = ProxyRecipe.NGINX.guide();
        String compressed = Guide.file("limits-of-sse.md", "compressed").text();
        start(ProxyRecipe.NGINX, recipe.with("        gzip off;\n", compressed));
        Process stream = curl("--include", "-H", "Accept-Encoding: gzip", "--compressed", url("/events"));
        assertThat(readTo("\r\n\r\n", stream)).contains("content-encoding: gzip");
        readTo("\n\n", stream);
        untilEachHasArrived(stream);
    }

    /** Each is published only when the one before has arrived. */
    private void untilEachHasArrived(Process stream) throws Exception {
        for (int i = 1; i <= 20; i++) {
            publish("event " + i);
            readTo("data: event " + i + "\n", stream);
        }
    }

    private String headOf(String path) throws Exception {
        return readTo("\r\n\r\n", curl("--include", "-H", "Accept-Encoding: gzip", url(path)));
    }

    /** The same where a configuration keeps the response's own word from nginx. */
    @ParameterizedTest
    @EnumSource(names = "NGINX")
    void eventsArriveAtOnceWhereNginxIsToldNotToBuffer(ProxyRecipe recipe) throws Exception {
        start(
                recipe,
                recipe.guide()
                        .with(
                                "        gzip off;\n",
                                "        proxy_ignore_headers X-Accel-Buffering;\n        proxy_buffering off;\n"));
        Process stream = curl(url("/events"));
        readTo("\n\n", stream);
        untilEachHasArrived(stream);
    }
}
