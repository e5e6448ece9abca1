package dev.freshet.examples;

import static java.util.Objects.requireNonNullElse;

import dev.freshet.netty.AccessScope;
import dev.freshet.netty.SseHandler;
import dev.freshet.netty.SseServer;
import io.netty.util.NetUtil;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/**
 * The options of a command that serves: the address to listen on, and the host names to accept. They may stand before
 * the name of a command or after it; the latter have precedence.
 */
final class Listen {

    private static final String HOST = "127.0.0.1";
    private static final int PORT = 8080;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            description = {"Address to listen on.", "  Default: " + HOST})
    private @Nullable String host;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = {"Port to listen on; 0 picks a free one.", "  Default: " + PORT})
    private @Nullable Integer port;

    @Option(
            names = "--hosts",
            showDefaultValue = Visibility.NEVER,
            paramLabel = "NAME",
            description = {
                "Name that the server is asked by, else 421; may be given several times.",
                "  Default: on a loopback address its own names, else any."
            })
    private List<String> hosts = List.of();

    @Spec(Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    /** Returns the options before the name of the command; without such a name, these options. */
    private Listen before() {
        return ((Main) command.root().userObject()).listen;
    }

    PrintWriter out() {
        return command.commandLine().getOut();
    }

    /** Returns the URL of a server that is bound to an address, with the host as the user gave it. */
    String url(String scheme, InetSocketAddress bound) {
        return scheme + "://" + inUrl(host()) + ":" + bound.getPort();
    }

    private static String inUrl(String host) {
        return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    }

    String host() {
        return requireNonNullElse(host, requireNonNullElse(before().host, HOST));
    }

    private List<String> hosts() {
        return hosts.isEmpty() ? before().hosts : hosts;
    }

    /**
     * Creates a builder of a server at this address. If the names of the server are known, it accepts only these, so
     * that a page whose name was pointed at this machine (DNS rebinding) cannot send requests.
     *
     * @throws IllegalArgumentException if a name has another form
     */
    SseServer.Builder server() {
        SseServer.Builder server = SseServer.builder().host(host()).port(port());
        List<String> names = names();
        if (!names.isEmpty()) {
            server.hosts(names.toArray(String[]::new)).accessScope(AccessScope.ALL_REQUESTS);
        }
        return server;
    }

    /** Creates a builder of a handler that accepts the same names, for a server that is not the library's. */
    SseHandler.Builder handler() {
        SseHandler.Builder handler = SseHandler.builder();
        List<String> names = names();
        return names.isEmpty() ? handler : handler.hosts(names.toArray(String[]::new));
    }

    private List<String> names() {
        return hosts().isEmpty() ? ownNames() : hosts();
    }

    /** Returns the names of a loopback address; none if other machines may use another name for the address. */
    private List<String> ownNames() {
        try {
            byte[] bytes = InetAddress.getByName(host()).getAddress();
            InetAddress address = InetAddress.getByAddress(bytes); // an IPv4-mapped one becomes one of IPv4
            String own = inUrl(NetUtil.toAddressString(address));
            String given = host().contains(":") ? own : host();
            return address.isLoopbackAddress() ? List.of("localhost", "127.0.0.1", "[::1]", own, given) : List.of();
        } catch (UnknownHostException e) {
            return List.of(); // the server cannot listen there, either
        }
    }

    /** Rejects host names, for a server that does not check them. */
    void refuseHosts() {
        if (!hosts().isEmpty()) {
            throw new IllegalArgumentException("--hosts: " + hosts() + " (expected: none, for this command)");
        }
    }

    int port() {
        int chosen = requireNonNullElse(port, requireNonNullElse(before().port, PORT));
        if (chosen < 0 || chosen > 65_535) {
            throw new IllegalArgumentException("--port: " + chosen + " (expected: 0 to 65535)");
        }
        return chosen;
    }
}
