package dev.freshet.examples.conformance;

import dev.freshet.examples.conformance.check.Expectations;
import dev.freshet.examples.conformance.check.Publishing;
import dev.freshet.examples.conformance.check.Server;
import dev.freshet.examples.conformance.wire.Address;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** The options for the server that is judged. */
final class ServerOptions {

    private static final List<String> OWN =
            List.of("connection", "content-length", "last-event-id", "origin", "transfer-encoding");
    private static final Duration LONGEST = Duration.ofHours(1);

    @Option(
            names = "--url",
            paramLabel = "URL",
            required = true,
            description = "The stream to judge, of http or https.")
    @SuppressWarnings("NullAway.Init")
    private String url;

    @Option(
            names = "--header",
            paramLabel = "'NAME: VALUE'",
            showDefaultValue = Visibility.NEVER,
            description = "Sent with every request; repeatable.")
    private List<String> headers = new ArrayList<>();

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "5s",
            description = "How long to wait for an answer, and for an event; also 500ms.")
    @SuppressWarnings("NullAway.Init")
    private Duration timeout;

    @Option(
            names = "--heartbeat",
            paramLabel = "SECONDS",
            defaultValue = "30s",
            description = "The longest silence that the stream may have.")
    @SuppressWarnings("NullAway.Init")
    private Duration heartbeat;

    @Option(names = "--gone", paramLabel = "URL", description = "What answers 204, to tell a client to stop.")
    private @Nullable String gone;

    @Option(
            names = "--count",
            paramLabel = "URL",
            description = "What tells how many streams are open, to see whether the server notices those that go.")
    private @Nullable String count;

    @Option(
            names = "--count-pattern",
            paramLabel = "REGEX",
            defaultValue = "(\\d+)",
            description = "Where the number stands in that: the first group.")
    @SuppressWarnings("NullAway.Init")
    private String countPattern;

    @Option(
            names = "--origin",
            paramLabel = "ORIGIN",
            defaultValue = "https://conformance.example",
            description = "The origin of a page that may read the stream.")
    @SuppressWarnings("NullAway.Init")
    private String origin;

    @Option(names = "--ca", paramLabel = "FILE", description = "https: certificates to trust, PEM.")
    private @Nullable Path ca;

    @Option(names = "--insecure", description = "https: trust any certificate, of any name.")
    private boolean insecure;

    private @Nullable SSLSocketFactory tls;

    /**
     * Returns the server.
     *
     * @throws IllegalArgumentException if an option is invalid
     */
    Server server(PublishOptions publishOptions) {
        if (ca != null && insecure) {
            throw new IllegalArgumentException("--insecure: beside --ca (expected: one of them)");
        }
        check("--timeout", timeout);
        check("--heartbeat", heartbeat);
        Address address = address("--url", url);
        Publishing publishing = publishOptions.publishing(this);
        return new Server(
                address,
                headers(),
                publishing,
                new Expectations(
                        heartbeat,
                        gone == null ? null : address("--gone", gone),
                        count == null ? null : address("--count", count),
                        countPattern(),
                        origin()));
    }

    /** Returns the field lines of every request. */
    List<String> headers() {
        for (String header : headers) {
            if (!header.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\\r\\n]*")) {
                throw new IllegalArgumentException("--header: no name, or no colon behind it (expected: NAME: VALUE)");
            }
            String name = header.substring(0, header.indexOf(':'));
            if (OWN.contains(name.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException("--header: " + name + " (expected: none of " + OWN + ")");
            }
        }
        return headers;
    }

    /** Returns the address that an option names. */
    Address address(String option, String text) {
        if (text.matches("[^/?#]*//[^/?#]*@.*")) {
            throw new IllegalArgumentException(option + ": user information (expected: none; see --header)");
        }
        return new Address(uri(option, text), tls(), timeout);
    }

    private static URI uri(String option, String text) {
        try {
            URI uri = new URI(text);
            if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // told below
        }
        throw new IllegalArgumentException(option + ": " + text + " (expected: http://host:port/path, or https)");
    }

    private SSLSocketFactory tls() {
        if (tls == null) {
            SslContextBuilder trusting = SslContextBuilder.forClient().sslProvider(SslProvider.JDK);
            try {
                if (insecure) {
                    trusting.trustManager(InsecureTrustManagerFactory.INSTANCE);
                } else if (ca != null) {
                    trusting.trustManager(ca.toFile());
                }
                tls = ((JdkSslContext) trusting.build()).context().getSocketFactory();
            } catch (IllegalArgumentException | SSLException e) {
                throw new IllegalArgumentException("--ca: " + ca + " (expected: certificates, PEM)", e);
            }
        }
        return tls;
    }

    private String origin() {
        if (origin.matches(Expectations.ORIGIN)) {
            return origin;
        }
        throw new IllegalArgumentException("--origin: " + origin + " (expected: such as https://a.example)");
    }

    private Pattern countPattern() {
        try {
            Pattern pattern = Pattern.compile(countPattern);
            if (pattern.matcher("").groupCount() > 0) {
                return pattern;
            }
        } catch (PatternSyntaxException e) {
            // told below
        }
        throw new IllegalArgumentException(
                "--count-pattern: " + countPattern + " (expected: a regular expression with a group)");
    }

    private static void check(String option, Duration duration) {
        if (duration.isZero() || duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(option + ": " + duration + " (expected: > 0, <= " + LONGEST + ")");
        }
    }
}
