package dev.freshet.netty;

import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** A certificate for the loopback that signs itself, and who trusts it. */
final class Tls {
    private static final X509Bundle CERTIFICATE = certificate();

    private Tls() {}

    private static X509Bundle certificate() {
        try {
            return new CertificateBuilder()
                    .subject("CN=localhost")
                    .setIsCertificateAuthority(true)
                    .addSanDnsName("localhost")
                    .addSanIpAddress("127.0.0.1")
                    .buildSelfSigned();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** A server's, with the JDK's provider, which offers HTTP/2 and HTTP/1.1. */
    static SslContext server() throws Exception {
        return server(SslProvider.JDK);
    }

    /** The same with a provider. */
    static SslContext server(SslProvider provider) throws Exception {
        return builder()
                .sslProvider(provider)
                .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        ApplicationProtocolNames.HTTP_2,
                        ApplicationProtocolNames.HTTP_1_1))
                .build();
    }

    /** A server's that speaks one protocol only, so that a client which would speak another fails. */
    static SslContext serverOf(String protocol) throws Exception {
        return builder()
                .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.FATAL_ALERT,
                        SelectedListenerFailureBehavior.FATAL_ALERT,
                        protocol))
                .build();
    }

    /** A server's that does not know of ALPN. */
    static SslContext serverWithoutAlpn() throws Exception {
        return builder().build();
    }

    private static SslContextBuilder builder() {
        return SslContextBuilder.forServer(CERTIFICATE.getKeyPair().getPrivate(), CERTIFICATE.getCertificatePath())
                .sslProvider(SslProvider.JDK);
    }

    /** A client's, for the JDK. */
    static SSLContext trusting() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust().getTrustManagers(), null);
        return context;
    }

    /** The same for a server that has another certificate, in another process. */
    static SSLContext trustingAll() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        return context;
    }

    static X509TrustManager trustManager() throws Exception {
        return (X509TrustManager) trust().getTrustManagers()[0];
    }

    private static TrustManagerFactory trust() throws Exception {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(CERTIFICATE.toKeyStore(new char[0]));
        return trust;
    }

    /** The certificate in a new PEM file. */
    static Path pemIn(Path folder) throws Exception {
        return Files.writeString(folder.resolve("certificate.pem"), CERTIFICATE.getCertificatePEM());
    }

    /** The certificate and its key in a new PEM file, as a proxy takes them. */
    static Path pemWithKeyIn(Path folder) throws Exception {
        return Files.writeString(
                folder.resolve("certificate-and-key.pem"),
                CERTIFICATE.getCertificatePEM() + CERTIFICATE.getPrivateKeyPEM());
    }
}
