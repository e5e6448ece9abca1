package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.EventId;
import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.CuttingProxy;
import dev.freshet.fixtures.CuttingProxy.Cut;
import dev.freshet.hub.SseHub;
import dev.freshet.log.Retention;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The client that most users have. An event of type {@code end} closes a test's events: what precedes it has arrived. */
class SseServerChromiumTest extends BrowserFixture {
    @Test
    void anEventSourceReceivesUnnamedAndNamedEventsWithTheirIds() {
        try (SseServer server = serving(request -> SseReply.subscribe(hub, "t"))) {
            follow(server.address().getPort(), "tick", "größe");

            EventId unnamed = publish(SseEvent.of("1"));
            EventId named = publish(SseEvent.of("tick", "2"));
            publish(SseEvent.builder().type("größe").data("3").id("é 😀").build());
            publish(SseEvent.of("not listened to", "4"));
            publish(SseEvent.comment("not dispatched"));
            EventId empty = publish(SseEvent.of("tick", ""));
            EventId end = publish(SseEvent.of("end", "."));

            assertThat(receivedToTheEnd())
                    .containsExactly(
                            new Received("message", "1", unnamed.toString()),
                            new Received("tick", "2", named.toString()),
                            new Received("größe", "3", "é 😀"),
                            new Received("tick", "", empty.toString()),
                            new Received("end", ".", end.toString()));
        }
    }

    @Test
    void dataOfManyLinesKeepsEveryLine() {
        try (SseServer server = serving(request -> SseReply.subscribe(hub, "t"))) {
            follow(server.address().getPort());

            List<String> sent = List.of(
                    "a\nb",
                    "empty last line\n",
                    "\nempty first line",
                    "empty\n\n\nlines between",
                    "\n",
                    "\n\n",
                    " leading space",
                    "  two\n leading\n  and trailing ",
                    "crlf\r\ncr\rlf\nend",
                    "\r\n\r\n\n\r",
                    "data: looks\nid: like\nevent: fields\n: and comments");
            sent.forEach(data -> publish(SseEvent.of(data)));
            publish(SseEvent.of("end", "."));

            List<String> arriving = new ArrayList<>(sent.stream()
                    .map(data -> data.replace("\r\n", "\n").replace('\r', '\n'))
                    .toList());
            arriving.add(".");
            assertThat(receivedToTheEnd()).extracting(Received::data).isEqualTo(arriving);
        }
    }

    @Test
    void textOfEveryUnicodePlaneArrivesUnchanged() {
        try (SseServer server = serving(request -> SseReply.subscribe(hub, "t"))) {
            follow(server.address().getPort());

            List<String> sent = new ArrayList<>(List.of(
                    "\uFEFFmark first",
                    "mark\uFEFFinside\uFEFF",
                    "nul\0inside",
                    "\0",
                    "line\u2028and paragraph\u2029separator",
                    "next\u0085line\u000Bvertical\ftab\u001F\u007F",
                    "\u0080\u07FF\u0800\uD7FF\uE000\uFFFD\uFFFE\uFFFF"));
            for (int plane = 0; plane <= 16; plane++) {
                StringBuilder text = new StringBuilder();
                for (int offset : new int[] {0x0041, 0x0391, 0x1234, 0x4E2D, 0xABCD, 0xF600, 0xFFFD, 0xFFFE, 0xFFFF}) {
                    text.appendCodePoint(plane << 16 | offset);
                }
                sent.add(text.toString());
            }
            sent.forEach(data -> publish(SseEvent.of(data)));
            publish(SseEvent.of("end", "."));

            chromium().await("return has('end')");
            // As numbers: nothing between the page and the test can change them.
            Object received = chromium()
                    .run("return events.filter(e => e.type === 'message')"
                            + ".map(e => Array.from(e.data, c => c.codePointAt(0)))");
            assertThat(received)
                    .isEqualTo(sent.stream()
                            .map(data ->
                                    data.codePoints().asLongStream().boxed().toList())
                            .toList());
        }
    }

    /**
     * The first event is longer than what passes on a connection, so each of the first cuts is inside it. Then more
     * passes, but less than is published in a round, so each round is cut at least once, while or after it is published.
     */
    @Test
    void aConnectionCutInsideEventsLosesNoneAndRepeatsNone() throws Exception {
        int threads = 4;
        ExecutorService publishers = Executors.newFixedThreadPool(threads);
        try (SseServer server = serving(request -> SseReply.subscribe(hub, "t"));
                CuttingProxy proxy = CuttingProxy.before(server.address().getPort())) {
            proxy.cutAfter(5_003, Cut.RST);
            follow(proxy.port());
            Map<EventId, String> published = new ConcurrentSkipListMap<>();
            String first = "first" + "ä".repeat(3_000);
            published.put(publish(SseEvent.of(first)), first);
            chromium().await("return errors.length >= 3");
            proxy.cutAfter(12_007, Cut.RST);

            int each = 25;
            int rounds = 10;
            for (int round = 0; round < rounds; round++) {
                List<Callable<Void>> work = new ArrayList<>();
                for (int thread = 0; thread < threads; thread++) {
                    // The first event is one of the thousand.
                    int count = round == 0 && thread == 0 ? each - 1 : each;
                    String name = "round " + round + " thread " + thread + " event ";
                    work.add(() -> {
                        for (int i = 0; i < count; i++) {
                            String data = name + i + "\n" + "ü€😀".repeat(20 + i);
                            published.put(publish(SseEvent.of(data)), data);
                        }
                        return null;
                    });
                }
                Object cuts = chromium().run("return errors.length");
                for (Future<Void> done : publishers.invokeAll(work)) {
                    done.get();
                }
                chromium().await("return errors.length > arguments[0]", cuts);
            }
            publish(SseEvent.of("end", "."));

            List<Received> received = receivedToTheEnd();
            List<Received> expected = new ArrayList<>();
            published.forEach((id, data) -> expected.add(new Received("message", data, id.toString())));
            assertThat(expected).hasSize(threads * each * rounds);
            assertThat(received.subList(0, received.size() - 1)).isEqualTo(expected);
            chromium().await("return errors.every(state => state === EventSource.CONNECTING)");
            assertThat(proxy.accepted()).isGreaterThan(rounds + 3);
        } finally {
            publishers.shutdownNow();
        }
    }

    @Test
    void stopEndsAnEventSourceForGood() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        SseEndpoint once = request -> asked.incrementAndGet() == 1 ? SseReply.subscribe(hub, "t") : SseReply.stop();
        try (SseServer server = server(once)
                        .endpoint("/other", request -> SseReply.subscribe(hub, "t"))
                        .start();
                CuttingProxy proxy = CuttingProxy.before(server.address().getPort())) {
            follow(proxy.port());
            proxy.cutNow(Cut.FIN);
            chromium().await("return source.readyState === EventSource.CLOSED");
            assertThat(chromium().run("return errors")).isEqualTo(List.of(0L, 2L)); // reconnecting, closed

            // Another one comes back several times meanwhile; the stopped one does not.
            chromium().run("window.stopped = source; follow('/other'); return true");
            for (int opens = 1; opens <= 4; opens++) {
                chromium().await("return opens >= arguments[0]", opens);
                proxy.cutNow(Cut.FIN);
            }
            assertThat(asked).hasValue(2);
            assertThat(chromium().run("return window.stopped.readyState")).isEqualTo(2L);
        }
    }

    @Test
    void aResetIsSeenAsAnEventThatTellsWhereTheStreamStands() throws IOException {
        try (SseHub small = SseHub.builder()
                        .retention(Retention.builder().maxEvents(10).build())
                        .build();
                SseServer server = serving(request -> {
                    if (request.lastEventId() != null) {
                        IntStream.rangeClosed(1, 100)
                                .forEach(i -> small.publish("t", SseEvent.of(i + " " + "x".repeat(100))));
                        small.publish("t", SseEvent.of("end", "."));
                    }
                    return SseReply.subscribe(small, "t");
                });
                CuttingProxy proxy = CuttingProxy.before(server.address().getPort())) {
            follow(proxy.port(), "stream-reset");
            EventId seen = small.publish("t", SseEvent.of("seen"))
                    .toCompletableFuture()
                    .join();
            chromium().await("return has('message')");
            proxy.cutNow(Cut.RST);

            List<Received> received = receivedToTheEnd();
            assertThat(received.get(0)).isEqualTo(new Received("message", "seen", seen.toString()));
            assertThat(received.get(1).type()).isEqualTo("stream-reset");
            List<Received> retained = received.subList(2, received.size());
            assertThat(chromium().run("return JSON.parse(events[1].data)"))
                    .isEqualTo(Map.of(
                            "reason", "evicted",
                            "requested", seen.toString(),
                            "earliest", retained.get(0).id(),
                            "latest", small.latest().toString()));
            assertThat(EventId.tryParse(received.get(1).id()))
                    .isGreaterThan(seen)
                    .isLessThan(EventId.tryParse(retained.get(0).id()));
            assertThat(retained.get(retained.size() - 1))
                    .isEqualTo(new Received("end", ".", small.latest().toString()));
            int oldest = 102 - retained.size();
            assertThat(oldest).isGreaterThan(1);
            assertThat(retained.subList(0, retained.size() - 1))
                    .extracting(event -> Integer.parseInt(event.data().split(" ")[0]))
                    .isEqualTo(IntStream.rangeClosed(oldest, 100).boxed().toList());
        }
    }

    private static SseServer.Builder server(SseEndpoint events) {
        return SseServer.builder()
                .host("127.0.0.1")
                .port(0)
                .retry(Duration.ofMillis(50), Duration.ofMillis(50))
                .endpoint("/events", events)
                .requests(pipeline -> pipeline.addLast(new EventSourcePage()));
    }

    private static SseServer serving(SseEndpoint events) {
        return server(events).start();
    }

    /** Returns when the stream is open. */
    private static void follow(int port, String... types) {
        List<String> listened = new ArrayList<>(Arrays.asList(types));
        listened.add("end");
        chromium().open("http://127.0.0.1:" + port + EventSourcePage.PATH);
        chromium().run("follow('/events', ...arguments[0]); return true", listened);
        chromium().await("return opens > 0");
    }

    private static List<Received> receivedToTheEnd() {
        chromium().await("return has('end')");
        List<Received> received = new ArrayList<>();
        for (Object one : (List<?>) chromium().run("return events.map(e => [e.type, e.data, e.id])")) {
            List<?> fields = (List<?>) one;
            received.add(new Received((String) fields.get(0), (String) fields.get(1), (String) fields.get(2)));
        }
        return received;
    }

    private record Received(String type, String data, String id) {}
}
