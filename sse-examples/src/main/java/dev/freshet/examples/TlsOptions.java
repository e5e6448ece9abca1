package dev.freshet.examples;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of TLS: a self-signed certificate, or a certificate and a key from files; without them, no TLS. */
final class TlsOptions {

    private static final String SELF_SIGNED = "self-signed";

    @Option(
            names = "--tls",
            paramLabel = SELF_SIGNED,
            description = "TLS, and HTTP/2 beside HTTP/1.1, with a new certificate for localhost that nobody trusts.")
    private @Nullable String tls;

    @Option(
            names = "--tls-cert",
            paramLabel = "FILE",
            description = "TLS, and HTTP/2 beside HTTP/1.1, with this certificate chain, as PEM.")
    private @Nullable Path certificate;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "The certificate's private key, as PEM (PKCS #8).")
    private @Nullable Path key;

    /**
     * Creates the TLS context, or returns null if the options have none.
     *
     * @throws IllegalArgumentException if the options are incomplete or contradict each other, or the files are invalid
     * @throws Exception if a new certificate cannot be made
     */
    @Nullable
    SslContext context() throws Exception {
        if (tls == null) {
            return certificate == null && key == null
                    ? null
                    : fromFiles(
                            readable("--tls-cert", certificate, "--tls-key"), readable("--tls-key", key, "--tls-cert"));
        }
        if (!tls.equals(SELF_SIGNED)) {
            throw new IllegalArgumentException("--tls: '" + tls + "' (expected: " + SELF_SIGNED + ")");
        }
        if (certificate != null || key != null) {
            throw new IllegalArgumentException("--tls: " + tls + " (expected: not with --tls-cert or --tls-key)");
        }
        return selfSigned();
    }

    private static File readable(String option, @Nullable Path file, String beside) {
        if (file == null || !Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new IllegalArgumentException(option + ": " + (file == null ? "none" : file)
                    + " (expected: a file that can be read, beside " + beside + ")");
        }
        return file.toFile();
    }

    private static SslContext fromFiles(File certificate, File key) {
        try {
            SslContext context = context(SslContextBuilder.forServer(certificate, key));
            tryHandshake(context);
            return context;
        } catch (IllegalArgumentException | SSLException e) {
            throw new IllegalArgumentException(
                    "--tls-cert: " + certificate + " with --tls-key " + key + ": " + reason(e)
                            + " (expected: a certificate chain and its private key, both PEM)",
                    e);
        }
    }

    /**
     * Tries a handshake with a client that trusts every certificate. It detects a private key that does not belong to
     * the certificate.
     *
     * @throws SSLException if the handshake fails
     */
    private static void tryHandshake(SslContext server) throws SSLException {
        SslContext client = SslContextBuilder.forClient()
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .build();
        SslHandler served = server.newHandler(UnpooledByteBufAllocator.DEFAULT);
        EmbeddedChannel here = new EmbeddedChannel(served);
        EmbeddedChannel there = new EmbeddedChannel(client.newHandler(UnpooledByteBufAllocator.DEFAULT));
        try {
            while (pass(there, here) | pass(here, there)) {}
            if (!served.handshakeFuture().isSuccess()) {
                throw new SSLException("no handshake succeeds: " + served.handshakeFuture());
            }
        } catch (DecoderException e) {
            throw new SSLException("no handshake succeeds: " + reason(e));
        } finally {
            for (EmbeddedChannel channel : List.of(here, there)) {
                channel.close();
                channel.releaseInbound();
                channel.releaseOutbound();
            }
        }
    }

    private static @Nullable String reason(Exception e) {
        return e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
    }

    private static boolean pass(EmbeddedChannel from, EmbeddedChannel to) {
        ByteBuf bytes = from.readOutbound();
        if (bytes != null) {
            to.writeInbound(bytes);
        }
        return bytes != null;
    }

    private static SslContext selfSigned() throws Exception {
        X509Bundle bundle = new CertificateBuilder()
                .subject("CN=localhost")
                .setIsCertificateAuthority(true) // so that a client can trust this certificate alone
                .addSanDnsName("localhost")
                .addSanIpAddress("127.0.0.1")
                .addSanIpAddress("::1")
                .buildSelfSigned();
        return context(SslContextBuilder.forServer(bundle.getKeyPair().getPrivate(), bundle.getCertificatePath()));
    }

    private static SslContext context(SslContextBuilder builder) throws SSLException {
        return builder.ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        ApplicationProtocolNames.HTTP_2,
                        ApplicationProtocolNames.HTTP_1_1))
                .build();
    }
}
