package dev.freshet.examples.load;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The server under load. Immutable.
 *
 * @param url what is subscribed to
 * @param publishUrl what events are sent to
 * @param headers of every request, each as {@code name: value}
 * @param sources how many loopback addresses the connections come from, where the server has such an address
 */
public record Target(URI url, URI publishUrl, List<String> headers, int sources) {

    private static final int MOST_SOURCES = 250;

    /**
     * A target.
     *
     * @throws IllegalArgumentException if a part of it cannot be used
     */
    public Target {
        check("url", url);
        check("publish-url", publishUrl);
        headers = List.copyOf(headers);
        parse(headers);
        if (sources < 1 || sources > MOST_SOURCES) {
            throw new IllegalArgumentException("sources: " + sources + " (expected: 1 to " + MOST_SOURCES + ")");
        }
    }

    /** A target; without another URL, events are sent to {@code /publish} at the same server, with the same query. */
    public static Target of(String url, @Nullable String publishUrl, List<String> headers, int sources) {
        URI subscribe = uri("url", url);
        String query = subscribe.getRawQuery() == null ? "" : "?" + subscribe.getRawQuery();
        URI publish = publishUrl == null
                ? URI.create("http://" + subscribe.getRawAuthority() + "/publish" + query)
                : uri("publish-url", publishUrl);
        return new Target(subscribe, publish, headers, sources);
    }

    private static URI uri(String name, String text) {
        try {
            URI uri = new URI(text);
            check(name, uri);
            return uri;
        } catch (URISyntaxException e) {
            throw refused(name, text);
        }
    }

    private static void check(String name, URI uri) {
        if (!"http".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null || uri.getPort() > 65_535) {
            throw refused(name, uri.toString());
        }
    }

    private static IllegalArgumentException refused(String name, String text) {
        return new IllegalArgumentException(name + ": " + text + " (expected: http://host:port/path)");
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

    HttpHeaders httpHeaders() {
        return parse(headers);
    }

    static InetSocketAddress address(URI uri) {
        String host = uri.getHost();
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return new InetSocketAddress(bare, uri.getPort() < 0 ? 80 : uri.getPort());
    }

    static String path(URI uri) {
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    }

    /** Where a connection comes from: one of many loopback addresses, or null, which leaves it to the system. */
    static @Nullable InetSocketAddress source(InetSocketAddress server, int number) {
        InetAddress address = server.getAddress();
        if (address == null || !address.isLoopbackAddress() || address.getAddress().length != 4) {
            return null;
        }
        return new InetSocketAddress("127.0.0." + (number + 1), 0);
    }
}
