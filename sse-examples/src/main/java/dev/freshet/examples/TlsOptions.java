package dev.freshet.examples;

import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options for TLS: a certificate that signs itself, or one from files; without any, no TLS. */
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
     * What was asked for, or null.
     *
     * @throws ParameterException if it is incomplete, or says two things, or the files are not what they should be
     */
    @Nullable
    SslContext context(CommandLine commandLine) {
        if (tls != null) {
            if (!tls.equals(SELF_SIGNED)) {
                throw new ParameterException(commandLine, "--tls: '" + tls + "' (expected: " + SELF_SIGNED + ")");
            }
            if (certificate != null || key != null) {
                throw new ParameterException(
                        commandLine, "--tls: " + tls + " (expected: not with --tls-cert or --tls-key)");
            }
            return selfSigned();
        }
        if (certificate == null && key == null) {
            return null;
        }
        if (certificate == null) {
            throw new ParameterException(commandLine, "--tls-cert: none (expected: a file, beside --tls-key)");
        }
        if (key == null) {
            throw new ParameterException(commandLine, "--tls-key: none (expected: a file, beside --tls-cert)");
        }
        return fromFiles(
                commandLine, readable(commandLine, "--tls-cert", certificate), readable(commandLine, "--tls-key", key));
    }

    private static Path readable(CommandLine commandLine, String option, Path file) {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new ParameterException(commandLine, option + ": " + file + " (expected: a file that can be read)");
        }
        return file;
    }

    private static SslContext fromFiles(CommandLine commandLine, Path certificate, Path key) {
        try {
            return context(SslContextBuilder.forServer(certificate.toFile(), key.toFile()));
        } catch (IllegalArgumentException | SSLException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new ParameterException(
                    commandLine,
                    "--tls-cert: " + certificate + " with --tls-key " + key + ": " + cause.getMessage()
                            + " (expected: a certificate chain and its private key, both PEM)",
                    e);
        }
    }

    private static SslContext selfSigned() {
        try {
            X509Bundle bundle = new CertificateBuilder()
                    .subject("CN=localhost")
                    .setIsCertificateAuthority(true) // so that a client can be told to trust just this one
                    .addSanDnsName("localhost")
                    .addSanIpAddress("127.0.0.1")
                    .addSanIpAddress("::1")
                    .buildSelfSigned();
            return context(SslContextBuilder.forServer(bundle.getKeyPair().getPrivate(), bundle.getCertificatePath()));
        } catch (Exception e) {
            throw new IllegalStateException("--tls: " + SELF_SIGNED + ": " + e.getMessage(), e);
        }
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
