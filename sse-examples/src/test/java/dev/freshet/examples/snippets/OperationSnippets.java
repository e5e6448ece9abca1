package dev.freshet.examples.snippets;

import dev.freshet.examples.snippets.Application.Hubs;
import dev.freshet.examples.snippets.Application.User;
import dev.freshet.examples.snippets.Application.Users;
import dev.freshet.hub.SseHub;
import dev.freshet.log.Retention;
import dev.freshet.netty.AccessScope;
import dev.freshet.netty.CorsPolicy;
import dev.freshet.netty.Limits;
import dev.freshet.netty.ProxyHeader;
import dev.freshet.netty.SseReply;
import dev.freshet.netty.SseServer;
import dev.freshet.netty.metrics.SseMetrics;
import dev.freshet.netty.redis.RedisEventStore;
import dev.freshet.store.FileEventStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLException;

/** The guides to production, hardening, retention and clusters. */
final class OperationSnippets {
    private OperationSnippets() {}

    static SseServer.Builder tls(File certificateChain, File privateKey) throws SSLException {
        SslContext context = SslContextBuilder.forServer(certificateChain, privateKey)
                .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        ApplicationProtocolNames.HTTP_2,
                        ApplicationProtocolNames.HTTP_1_1))
                .build();

        return SseServer.builder().tls(context); // HTTP/2 beside HTTP/1.1
    }

    static void hardened(SseHub hub, Users users) {
        SseServer.builder()
                .cors(CorsPolicy.builder()
                        .origins("https://app.example")
                        .credentials()
                        .build())
                .hosts("events.example") // DNS rebinding: 421 to another name
                .origins("https://app.example") // 403 to pages of another origin
                .accessScope(AccessScope.ALL_REQUESTS) // both for your own handlers, too
                .trustedProxies(ProxyHeader.X_FORWARDED_FOR, "10.0.0.0/8") // request.clientAddress()
                .limits(Limits.builder()
                        .connections(50_000)
                        .connectionsPerAddress(20)
                        .connectionsPerKey(5)
                        .sockets(60_000)
                        .socketsPerAddress(40)
                        .build())
                .maxLifetime(Duration.ofHours(1)) // each from 80 to 100 % of it
                .endpoint(
                        "/events",
                        request -> SseReply.when(users.find(request.header("Authorization"))
                                .thenApply(user -> user == null
                                        ? SseReply.refuse(401)
                                        : SseReply.subscribe(hub, user.topics())
                                                .key(user.name())
                                                .expiresAt(user.expiry()))));
    }

    static void crossOrigin(SseServer.Builder builder) {
        builder.cors(CorsPolicy.builder()
                .origins("https://app.example")
                .credentials() // the page: new EventSource(url, {withCredentials: true})
                .build());
    }

    static SseReply tenant(Hubs hubs, User user) {
        return SseReply.subscribe(hubs.of(user.tenant()), user.topics());
    }

    static void proxied(SseHub hub) {
        SseServer.builder()
                .host("127.0.0.1")
                .port(8080)
                .trustedProxies(ProxyHeader.X_FORWARDED_FOR, "127.0.0.1") // request.clientAddress(), limits per address
                .endpoint("/events", request -> SseReply.subscribe(hub, "events"));
    }

    static void drained(SseServer server) {
        server.shutdown(Duration.ofSeconds(20), Duration.ofSeconds(60))
                .toCompletableFuture()
                .join();
    }

    static void measured(SseServer server, SseHub hub, MeterRegistry registry) {
        // As a bean, Spring Boot calls bindTo.
        SseMetrics.builder(server).hub("prices", hub).build().bindTo(registry);
    }

    static SseHub files() {
        FileEventStore store = FileEventStore.open(Path.of("events")); // one process at a time; close it behind the hub
        SseHub hub = SseHub.builder().store(store).build();
        return hub;
    }

    static SseHub redis() {
        RedisEventStore store =
                RedisEventStore.builder("redis://127.0.0.1:6379", "orders").build();
        SseHub hub = SseHub.builder().store(store).build();
        return hub;
    }

    static SseHub retention() {
        SseHub hub = SseHub.builder()
                .retention(Retention.builder()
                        .maxEvents(50_000)
                        .maxBytes(8 << 20)
                        .maxAge(Duration.ofMinutes(30))
                        .hubBytes(256L << 20) // of all topics together
                        .build())
                .retention(
                        "rooms/*",
                        Retention.builder()
                                .maxEvents(500)
                                .maxAge(Duration.ofHours(1))
                                .build())
                .retention("typing/*", Retention.none()) // of no lasting value: no resume, no reset
                .build();
        return hub;
    }
}
