package dev.freshet.drivers;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;

/** The configuration of OkHttp for many streams. */
final class OkHttp {
    static final Duration DELAY = Duration.ofMillis(50);

    private static final int MANY = 10_000;

    private final Wire wire;
    private final Path certificate;

    OkHttp(Wire wire, Path certificate) {
        this.wire = wire;
        this.certificate = certificate;
    }

    void prepare(OkHttpClient.Builder client) {
        Dispatcher dispatcher = new Dispatcher();
        dispatcher.setMaxRequests(MANY);
        dispatcher.setMaxRequestsPerHost(MANY);
        client.dispatcher(dispatcher).readTimeout(Duration.ZERO).protocols(protocols());
        if (wire.tls()) {
            try {
                X509TrustManager trust = trust();
                SSLContext context = SSLContext.getInstance("TLS");
                context.init(null, new X509TrustManager[] {trust}, null);
                client.sslSocketFactory(context.getSocketFactory(), trust);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private List<Protocol> protocols() {
        return switch (wire) {
            case HTTP_1_1, TLS_HTTP_1_1 -> List.of(Protocol.HTTP_1_1);
            case TLS_HTTP_2 -> List.of(Protocol.HTTP_2, Protocol.HTTP_1_1); // it requires the latter
            case PRIOR_KNOWLEDGE -> List.of(Protocol.H2_PRIOR_KNOWLEDGE);
        };
    }

    private X509TrustManager trust() throws Exception {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(certificate)) {
            trusted.setCertificateEntry(
                    "server", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        return (X509TrustManager) factory.getTrustManagers()[0];
    }
}
