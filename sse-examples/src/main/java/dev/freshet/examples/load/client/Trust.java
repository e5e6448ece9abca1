package dev.freshet.examples.load.client;

import io.netty.channel.Channel;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The TLS of the client, by the certificates that it trusts. The name in a certificate is checked, unless any is
 * trusted. A session is resumed by the client that had it alone, as by clients on machines of their own. Thread-safe.
 */
public final class Trust {

    private final @Nullable Path authorities;
    private final boolean any;
    private final Map<String, SslContext> contexts = new ConcurrentHashMap<>(); // by protocol

    private Trust(@Nullable Path authorities, boolean any) {
        this.authorities = authorities;
        this.any = any;
    }

    /** Trusts what the JDK trusts. */
    public static Trust byDefault() {
        return new Trust(null, false);
    }

    /** Trusts any certificate, of any name. */
    public static Trust any() {
        return new Trust(null, true);
    }

    /**
     * Trusts the certificates of a file.
     *
     * @throws IllegalArgumentException if they cannot be read
     */
    public static Trust of(Path authorities) {
        Trust trust = new Trust(authorities, false);
        trust.contexts.put("http/1.1", trust.context("http/1.1"));
        return trust;
    }

    /** Returns whether it is other than the JDK's. */
    public boolean isChosen() {
        return any || authorities != null;
    }

    /**
     * Creates the handler of a connection.
     *
     * @param client the number of the client, whose connections resume its sessions
     * @param protocol the one that is offered by ALPN
     */
    SslHandler handler(Channel channel, URI server, int client, String protocol) {
        // The JDK keeps sessions by host and port; it uses the port for nothing else.
        return contexts.computeIfAbsent(protocol, this::context)
                .newHandler(channel.alloc(), server.getHost(), 2 + client);
    }

    private SslContext context(String protocol) {
        SslContextBuilder builder = SslContextBuilder.forClient();
        try {
            if (any) {
                builder.trustManager(InsecureTrustManagerFactory.INSTANCE).endpointIdentificationAlgorithm(null);
            } else if (authorities != null) {
                builder.trustManager(authorities.toFile());
            }
            return builder.applicationProtocolConfig(new ApplicationProtocolConfig(
                            Protocol.ALPN,
                            SelectorFailureBehavior.NO_ADVERTISE,
                            SelectedListenerFailureBehavior.ACCEPT,
                            protocol))
                    .build();
        } catch (IllegalArgumentException | SSLException e) {
            throw new IllegalArgumentException("--ca: " + authorities + " (expected: certificates, PEM)", e);
        }
    }
}
