package dev.freshet.examples.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Which certificates of servers are trusted. */
final class Trust {

    private Trust() {}

    static SSLSocketFactory ofSystem() {
        return (SSLSocketFactory) SSLSocketFactory.getDefault();
    }

    /**
     * Trusts certificates of a file.
     *
     * @throws IllegalArgumentException if it has none
     */
    static SSLSocketFactory of(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int count = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("ca" + count, certificate);
                count++;
            }
            if (count > 0) {
                TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                trust.init(store);
                return factory(trust.getTrustManagers());
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException("--ca: " + file + " (expected: certificates, PEM)", e);
        }
        throw new IllegalArgumentException("--ca: " + file + " (expected: certificates, PEM)");
    }

    /** Trusts any certificate, whatever its name. */
    static SSLSocketFactory any() {
        try {
            return factory(new Any());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("TLS: not available", e);
        }
    }

    private static SSLSocketFactory factory(TrustManager... managers) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers, null);
        return context.getSocketFactory();
    }

    /** An extended one is not wrapped by the check of names. */
    private static final class Any extends X509ExtendedTrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
