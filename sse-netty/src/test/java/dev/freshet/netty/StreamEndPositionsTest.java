package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import dev.freshet.fixtures.RawSseClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every kind of end, for many clients of two topics, while a publisher goes on before, during and after the call: each gets all
 * that was published before, and those of one call end at one place. Takes more clients by {@code -Dfreshet.ends.clients=2000}.
 */
@Timeout(120)
class StreamEndPositionsTest extends ServerFixture {
    private static final int CLIENTS = Integer.getInteger("freshet.ends.clients", 200);
    private static final int WAVES = Math.min(10, Math.max(1, CLIENTS / 100));
    private static final int STREAMS_PER_CONNECTION = 250;
    /** As many deliveries a second, however many clients there are: each is recorded by the leak detector. */
    private static final long PACE_NANOS = TimeUnit.MICROSECONDS.toNanos(50L * CLIENTS);

    private static final String BYE = "bye";
    private static final Pattern DATA = Pattern.compile("^data: (.*)$", Pattern.MULTILINE);

    private final Recorder recorder = new Recorder();
    private final AtomicBoolean published = new AtomicBoolean();
    private volatile long next;

    /** What ends them, and why they are said to have ended. */
    private enum Kind {
        SHUTDOWN(CloseReason.SHUTDOWN),
        SERVER_CLOSE(CloseReason.SHUTDOWN),
        PREDICATE(CloseReason.APPLICATION),
        HUB_CLOSE(CloseReason.HUB_CLOSED),
        COMPLETE(CloseReason.COMPLETED);

        private final CloseReason reason;

        Kind(CloseReason reason) {
            this.reason = reason;
        }
    }

    static Stream<Arguments> kinds() {
        return Arrays.stream(Kind.values()).flatMap(kind -> Stream.of(Arguments.of(kind, 1), Arguments.of(kind, 2)));
    }

    private void end(Kind kind, SseServer server) {
        hub.publish("t", SseEvent.of(BYE));
        switch (kind) {
            case SHUTDOWN -> server.shutdown(Duration.ofSeconds(12));
            case SERVER_CLOSE -> server.close();
            case PREDICATE ->
                assertThat(server.connections().close(stream -> true)).isEqualTo(CLIENTS);
            case HUB_CLOSE -> hub.close();
            case COMPLETE -> {
                hub.complete("t", SseEvent.of("no more of t"));
                hub.complete("u", SseEvent.of("no more of u"));
            }
        }
    }

    /** Publishes numbers, to one topic and the other. */
    private void publishOn() {
        while (!published.get()) {
            try {
                hub.publish(next % 2 == 0 ? "t" : "u", SseEvent.of(String.valueOf(next)));
            } catch (IllegalStateException e) {
                return; // the hub is closed
            }
            next++;
            LockSupport.parkNanos(PACE_NANOS);
        }
    }

    /** What waits for the whole body of each client, up to its end in good form. */
    private List<Callable<String>> open(SseServer server, int http) throws Exception {
        List<Callable<String>> bodies = new ArrayList<>();
        Http2Client http2 = null;
        for (int i = 0; i < CLIENTS; i++) {
            if (http == 1) {
                RawSseClient client = follower(server);
                bodies.add(() -> {
                    String body = rest(client);
                    assertThat(client.isWhole()).isTrue();
                    return body;
                });
            } else {
                if (i % STREAMS_PER_CONNECTION == 0) {
                    http2 = keep(Http2Client.connect(server).widen(1 << 30));
                }
                Http2Client.Stream stream = http2.follow("/events");
                bodies.add(() -> {
                    assertThat(stream.end()).isEqualTo("END_STREAM");
                    return stream.body();
                });
            }
        }
        return bodies;
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void allOfOneCallEndAtOnePlaceWithNothingLost(Kind kind, int http) throws Exception {
        SseServer server = start(local().eventLoops(2)
                .listener(recorder)
                .endpoint("/events", request -> SseReply.subscribe(hub, "t", "u")));
        Thread publisher = new Thread(this::publishOn);
        publisher.start();
        List<Callable<String>> bodies = open(server, http);
        end(kind, server);
        long afterTheCall = next + 1;
        TreeSet<String> lasts = new TreeSet<>();
        List<Integer> returns = new ArrayList<>();
        for (Callable<String> each : bodies) {
            String body = each.call();
            lasts.add(lastOf(body, kind, afterTheCall));
            returns.add(
                    Integer.parseInt(body.substring(body.lastIndexOf(' ') + 1).strip()));
        }
        published.set(true);
        publisher.join();
        assertThat(lasts).hasSizeLessThanOrEqualTo(kind == Kind.SHUTDOWN ? WAVES : 1);
        for (int i = 0; i < CLIENTS; i++) {
            assertThat(recorder.nextClosed()).isEqualTo(kind.reason);
        }
        assertThat(server.connections().cutOff()).isZero();
        assertSpread(returns);
    }

    /** Over a second, and over a millisecond for each where there are more than so many: none is much fuller than another. */
    private static void assertSpread(List<Integer> returns) {
        int[] tenths = new int[10];
        int spread = Math.max(1000, CLIENTS);
        returns.forEach(millis -> tenths[Math.min(9, Math.max(0, (millis - 1000) * 10 / spread))]++);
        assertThat(Arrays.stream(tenths).max().getAsInt())
                .as("returns %s", Arrays.toString(tenths))
                .isLessThan(CLIENTS / 4);
    }

    /** The last event of a body whose numbers have no gap, which has the one of before the end, and a farewell. */
    private static String lastOf(String body, Kind kind, long afterTheCall) {
        Matcher data = DATA.matcher(beforeFarewell(body));
        String last = "";
        long expected = -1;
        boolean bye = false;
        while (data.find()) {
            last = data.group(1);
            bye |= last.equals(BYE);
            if (last.matches("[0-9]+")) {
                long number = Long.parseLong(last);
                assertThat(number).isEqualTo(expected < 0 ? number : expected);
                assertThat(kind == Kind.SHUTDOWN || number <= afterTheCall).isTrue();
                expected = number + 1;
            }
        }
        assertThat(bye).as("the event of right before the end").isTrue();
        return last;
    }
}
