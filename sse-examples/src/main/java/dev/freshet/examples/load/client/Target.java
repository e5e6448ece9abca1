package dev.freshet.examples.load.client;

import dev.freshet.examples.load.report.Report;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The server under load, or several nodes that are one server to their clients. Immutable.
 *
 * @param urls the URLs to subscribe to, in rotation
 * @param publishUrls the URLs to publish to, in rotation
 * @param headers of every request, each as {@code name: value}
 * @param sources how many loopback addresses to connect from, if the server has a loopback address
 * @param wire how streams are asked for
 */
public record Target(List<URI> urls, List<URI> publishUrls, List<String> headers, int sources, Wire wire) {

    private static final int MOST_URLS = 100;
    private static final int MOST_SOURCES = 250;

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if a part is invalid
     */
    public Target {
        urls = check("url", urls);
        publishUrls = check("publish-url", publishUrls);
        if (urls.stream().map(Target::isTls).distinct().count() > 1) {
            throw new IllegalArgumentException("url: http and https (expected: one of them)");
        }
        headers = List.copyOf(headers);
        parse(headers);
        if (sources < 1 || sources > MOST_SOURCES) {
            throw new IllegalArgumentException("sources: " + sources + " (expected: 1 to " + MOST_SOURCES + ")");
        }
    }

    /**
     * Creates a target of plain HTTP/1.1, with TLS at https URLs. Without URLs to publish to, these are {@code /publish} at the same servers, with the same
     * query.
     */
    public static Target of(List<String> urls, List<String> publishUrls, List<String> headers, int sources) {
        List<URI> subscribe = urls.stream().map(url -> uri("url", url)).toList();
        List<URI> publish = publishUrls.isEmpty()
                ? subscribe.stream().map(Target::publishUrl).toList()
                : publishUrls.stream().map(url -> uri("publish-url", url)).toList();
        return new Target(subscribe, publish, headers, sources, Wire.plain());
    }

    /** Returns the same target over another wire. */
    public Target over(Wire other) {
        return new Target(urls, publishUrls, headers, sources, other);
    }

    private static URI publishUrl(URI url) {
        String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
        return URI.create(url.getScheme() + "://" + url.getRawAuthority() + "/publish" + query);
    }

    private static URI uri(String name, String text) {
        try {
            URI uri = new URI(text);
            check(name, uri);
            return uri;
        } catch (URISyntaxException e) {
            throw invalid(name, text);
        }
    }

    private static List<URI> check(String name, List<URI> uris) {
        if (uris.isEmpty() || uris.size() > MOST_URLS) {
            throw new IllegalArgumentException(name + ": " + uris.size() + " (expected: 1 to " + MOST_URLS + ")");
        }
        uris.forEach(uri -> check(name, uri));
        return List.copyOf(uris);
    }

    private static void check(String name, URI uri) {
        boolean http = "http".equalsIgnoreCase(uri.getScheme()) || isTls(uri);
        if (!http || uri.getHost() == null || uri.getPort() > 65_535) {
            throw invalid(name, uri.toString());
        }
    }

    private static IllegalArgumentException invalid(String name, String text) {
        return new IllegalArgumentException(name + ": " + text + " (expected: http://host:port/path, or https)");
    }

    private static HttpHeaders parse(List<String> lines) {
        HttpHeaders headers = new DefaultHttpHeaders();
        for (String line : lines) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new IllegalArgumentException("header: " + line + " (expected: name: value)");
            }
            headers.add(
                    line.substring(0, colon).strip(), line.substring(colon + 1).strip());
        }
        return headers;
    }

    /**
     * Checks that every URL has a stream.
     *
     * @throws IllegalArgumentException if there are fewer connections than URLs
     */
    public void check(int connections) {
        int least = (urls.size() - 1) * wire.streamsPerConnection() + 1;
        if (connections < least) {
            throw new IllegalArgumentException(
                    "connections: " + connections + " (expected: >= " + least + ", one for each url)");
        }
    }

    /** Returns the URLs to subscribe to, for reports. */
    public String name() {
        return urls.stream().map(URI::toString).collect(Collectors.joining(", "));
    }

    /** Returns whether a URL to subscribe or to publish to has TLS. */
    public boolean hasTls() {
        return Stream.concat(urls.stream(), publishUrls.stream()).anyMatch(Target::isTls);
    }

    /** Returns the wire of the streams, for reports. */
    public Report.Wire reportedWire() {
        return wire.report(isTls(urls.get(0)));
    }

    static boolean isTls(URI uri) {
        return "https".equalsIgnoreCase(uri.getScheme());
    }

    HttpHeaders httpHeaders() {
        return parse(headers);
    }

    static InetSocketAddress address(URI uri) {
        return new InetSocketAddress(uri.getHost(), uri.getPort() >= 0 ? uri.getPort() : isTls(uri) ? 443 : 80);
    }

    static String path(URI uri) {
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    }

    /**
     * Returns the source address of a connection: one of many loopback addresses, or null for the choice of the system.
     */
    static @Nullable InetSocketAddress source(InetSocketAddress server, int number) {
        InetAddress address = server.getAddress();
        if (address == null || !address.isLoopbackAddress() || address.getAddress().length != 4) {
            return null;
        }
        return new InetSocketAddress("127.0.0." + (number + 1), 0);
    }
}
