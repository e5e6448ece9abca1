package dev.freshet.drivers;

import io.netty.handler.ssl.SslContextBuilder;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.MediaType;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.Http2SslContextSpec;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.util.retry.Retry;

/** Spring's WebClient on Reactor Netty, which repeats the request with the last id that it delivered. */
final class SpringWebClient implements Client {
    private static final ParameterizedTypeReference<ServerSentEvent<String>> EVENT =
            new ParameterizedTypeReference<>() {};
    private static final Duration DELAY = Duration.ofMillis(50);

    private final WebClient client;
    private final Told told;
    private final Map<String, Disposable> streams = new ConcurrentHashMap<>();

    SpringWebClient(Wire wire, Path certificate, Told told) {
        this.client = WebClient.builder()
                .clientConnector(new ReactorClientHttpConnector(speaking(wire, certificate)))
                .build();
        this.told = told;
    }

    private static HttpClient speaking(Wire wire, Path certificate) {
        HttpClient http = HttpClient.create();
        return switch (wire) {
            case HTTP_1_1 -> http.protocol(HttpProtocol.HTTP11);
            case PRIOR_KNOWLEDGE -> http.protocol(HttpProtocol.H2C);
            case TLS_HTTP_1_1 ->
                http.protocol(HttpProtocol.HTTP11)
                        .secure(tls -> tls.sslContext(
                                Http11SslContextSpec.forClient().configure(context -> trust(context, certificate))));
            case TLS_HTTP_2 ->
                http.protocol(HttpProtocol.H2)
                        .secure(tls -> tls.sslContext(
                                Http2SslContextSpec.forClient().configure(context -> trust(context, certificate))));
        };
    }

    private static void trust(SslContextBuilder context, Path certificate) {
        context.trustManager(certificate.toFile());
    }

    @Override
    public void follow(String stream, URI uri) {
        AtomicReference<String> lastEventId = new AtomicReference<>();
        Disposable following = Flux.defer(() -> ask(uri, lastEventId.get()))
                .doOnNext(event -> {
                    if (event.id() != null) {
                        lastEventId.set(event.id());
                    }
                    told.event(stream, typeOf(event), event.id(), event.data());
                })
                .doOnError(error -> told.error(stream, error))
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, DELAY))
                .repeatWhen(ends -> ends.delayElements(DELAY))
                .subscribe();
        streams.put(stream, following);
    }

    private Flux<ServerSentEvent<String>> ask(URI uri, String lastEventId) {
        return client.get()
                .uri(uri)
                .accept(MediaType.TEXT_EVENT_STREAM)
                .headers(headers -> {
                    if (lastEventId != null) {
                        headers.set("Last-Event-ID", lastEventId);
                    }
                })
                .retrieve()
                .bodyToFlux(EVENT);
    }

    /** Returns the type of an event. WebClient also delivers events without data, which other clients drop. */
    private static String typeOf(ServerSentEvent<String> event) {
        if (event.data() == null) {
            return "(no data)";
        }
        return event.event() == null ? "message" : event.event();
    }

    @Override
    public void leave(String stream) {
        streams.remove(stream).dispose();
    }
}
