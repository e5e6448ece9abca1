package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import com.launchdarkly.eventsource.ConnectStrategy;
import com.launchdarkly.eventsource.ErrorStrategy;
import com.launchdarkly.eventsource.EventSource;
import com.launchdarkly.eventsource.HttpConnectStrategy;
import com.launchdarkly.eventsource.MessageEvent;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Response;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** LaunchDarkly's okhttp-eventsource, a client that reconnects by itself. */
class SseServerOkHttpTest extends ServerFixture {
    private final Recorder recorder = new Recorder();
    private final BlockingQueue<Protocol> spoken = new LinkedBlockingQueue<>();

    @SuppressWarnings("NullAway.Init") // with the client
    private SseServer server;

    private enum Wire {
        HTTP_1_1,
        PRIOR_KNOWLEDGE,
        TLS_HTTP_1_1,
        TLS_HTTP_2;

        boolean tls() {
            return this == TLS_HTTP_1_1 || this == TLS_HTTP_2;
        }

        List<Protocol> offered() {
            return switch (this) {
                case HTTP_1_1, TLS_HTTP_1_1 -> List.of(Protocol.HTTP_1_1);
                case PRIOR_KNOWLEDGE -> List.of(Protocol.H2_PRIOR_KNOWLEDGE);
                case TLS_HTTP_2 -> List.of(Protocol.HTTP_2, Protocol.HTTP_1_1);
            };
        }
    }

    private EventSource source(Wire wire) throws Exception {
        SseServer.Builder builder = local().retry(Duration.ofMillis(10), Duration.ofMillis(10))
                .listener(recorder)
                .endpoint("/events", request -> SseReply.subscribe(hub, "t"));
        server = start(wire.tls() ? builder.tls(Tls.server()) : builder);
        URI uri = URI.create((wire.tls() ? "https" : "http") + "://localhost:"
                + server.address().getPort() + "/events");
        HttpConnectStrategy connect = ConnectStrategy.http(uri).clientBuilderActions(client -> prepare(client, wire));
        return new EventSource.Builder(connect)
                .errorStrategy(ErrorStrategy.alwaysContinue())
                .retryDelay(1, TimeUnit.MILLISECONDS)
                .build();
    }

    @ParameterizedTest
    @EnumSource
    void eventsArriveAndACutLosesNone(Wire wire) throws Exception {
        try (EventSource source = source(wire)) {
            source.start();
            publish("first");
            MessageEvent first = message(source);
            assertThat(first.getData()).isEqualTo("first");
            assertThat(first.getLastEventId()).isEqualTo(hub.latest().toString());
            recorder.nextOpened();
            server.connections().close(connection -> true);
            recorder.nextClosed();
            publish("missed");
            assertThat(message(source).getData()).isEqualTo("missed");
            assertThat(spoken).hasSize(2).containsOnly(wire.offered().get(0));
        }
    }

    /** This client keeps no id of a block without data. */
    @ParameterizedTest
    @EnumSource
    void aCutBeforeTheFirstEventLosesNone(Wire wire) throws Exception {
        try (EventSource source = source(wire)) {
            source.start();
            assertThat(source.readMessage().getEventName()).isEqualTo("stream-open");
            server.connections().close(connection -> true);
            recorder.nextClosed();
            publish("missed");
            assertThat(message(source).getData()).isEqualTo("missed");
        }
    }

    /** The next that is not the opening of a stream. */
    private static MessageEvent message(EventSource source) throws Exception {
        MessageEvent message = source.readMessage();
        return message.getEventName().equals("stream-open") ? message(source) : message;
    }

    private void prepare(OkHttpClient.Builder client, Wire wire) {
        client.protocols(wire.offered()).addNetworkInterceptor(chain -> {
            Response response = chain.proceed(chain.request());
            spoken.add(response.protocol());
            return response;
        });
        if (wire.tls()) {
            try {
                client.sslSocketFactory(Tls.trusting().getSocketFactory(), Tls.trustManager());
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }
}
